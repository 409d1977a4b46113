/** The door a path leads to: a word of a closed list, so that nobody can fill our metrics with names. */
import { API_PATH } from '#schema/resources.ts';

const DOORS = new Set([
  'healthz',
  'readyz',
  'metrics',
  'parlor.json',
  'realms',
  'backchannel-logout',
  'matchmake',
  'api',
  'apis',
  'openapi',
  'version',
  'monitor',
  'assets',
]);
const NOUN = new RegExp(`^${API_PATH}/([a-z]{1,20})(?:/|$)`);
const PAGES = /^\/(?:$|[tmp]\/|admin(?:\/|$))/;

export function routeOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  const noun = NOUN.exec(path)?.[1];
  if (noun) return NOUNS.has(noun) ? noun : 'apis';
  const door = path.split('/', 2)[1] ?? '';
  if (DOORS.has(door)) return door;
  return PAGES.test(path) ? 'page' : 'other';
}

const NOUNS = new Set([
  'players',
  'sessions',
  'messages',
  'channels',
  'rooms',
  'matches',
  'games',
  'stats',
  'monitorpasses',
  'bans',
  'mutes',
]);

/** Paths that the browser client answers by itself. */
export function isPage(path: string): boolean {
  return PAGES.test(path);
}
