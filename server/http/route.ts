/** The entry a path leads to: a word of a closed list, so that nobody can fill our metrics with names. */
import { API_PATH } from '#schema/resources.ts';

const ENTRIES = new Set([
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
const RESOURCE = new RegExp(`^${API_PATH}/([a-z]{1,20})(?:/|$)`);
const PAGES = /^\/(?:$|[tmp]\/|admin(?:\/|$))/;

export function routeOf(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  const resource = RESOURCE.exec(path)?.[1];
  if (resource) return RESOURCES.has(resource) ? resource : 'apis';
  const entry = path.split('/', 2)[1] ?? '';
  if (ENTRIES.has(entry)) return entry;
  return PAGES.test(path) ? 'page' : 'other';
}

const RESOURCES = new Set([
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
