/** API groups: where the resources of one are found, and how its objects name it. */
import { GROUP, VERSION } from '#schema/resources.ts';

export type Group = { name: string; version: string };

export const PARLOR: Group = { name: GROUP, version: VERSION };

/** As objects carry it. */
export function apiVersionOf({ name, version }: Group): string {
  return `${name}/${version}`;
}

export function pathOf(group: Group): string {
  return `/apis/${apiVersionOf(group)}`;
}

/** Each group once, in the order of the resources. */
export function groupsOf(resources: readonly { group: Group }[]): Group[] {
  return [...new Map(resources.map(({ group }) => [apiVersionOf(group), group])).values()];
}
