/** The entry a path leads to: a word of a closed list, so that nobody can fill our metrics with names. */
import { DECLARATIONS } from '#server/resources/all.ts';
import { pathOf } from '#server/resources/group.ts';
import type { Facts } from '#server/resources/resource.ts';

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
const PAGES = /^\/(?:$|[tmp]\/|admin(?:\/|$))/;

export type RouteOf = (url: string) => string;

/** A resource's route is its plural. */
export function routesOf(resources: readonly Pick<Facts, 'group' | 'plural'>[]): RouteOf {
  const plurals = new Map(resources.map(({ group, plural }) => [`${pathOf(group)}/${plural}`, plural]));
  return (url) => {
    const path = url.split('?', 1)[0] ?? '';
    const resource = plurals.get(path.split('/', 5).join('/'));
    if (resource !== undefined) return resource;
    const entry = path.split('/', 2)[1] ?? '';
    if (ENTRIES.has(entry)) return entry;
    return PAGES.test(path) ? 'page' : 'other';
  };
}

export const routeOf: RouteOf = routesOf(DECLARATIONS);

/** Paths that the browser client answers by itself. */
export function isPage(path: string): boolean {
  return PAGES.test(path);
}
