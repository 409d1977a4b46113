/** How a mistake is planted, and into what. */
import type { Fields, Manifest } from '#tests/chart/manifests.ts';

export type Rule = (manifests: readonly Manifest[]) => string[];
export type Plant = [what: string, rule: Rule, id: string, plant: (manifest: Fields) => void, complaint: RegExp];

export const ROOMS = 'Deployment/parlor-rooms';
export const EDGE = 'Deployment/parlor-edge';

export const pod = ({ spec }: Fields) => spec.template.spec;
export const container = (manifest: Fields) => pod(manifest).containers[0];
export const env = (manifest: Fields, name: string) => container(manifest).env.find((one: Fields) => one.name === name);

export function set(object: Fields, field: string, value: unknown): void {
  object[field] = value;
}

export function drop(object: Fields, field: string): void {
  delete object[field];
}
