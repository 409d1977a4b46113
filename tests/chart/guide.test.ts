/** What the guide for operators types, and `npm run k3d` runs, is there. What only a cluster knows, the guide says itself. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG, ORIGIN, up } from '#scripts/k3d/plan.ts';
import { helm } from '#scripts/tools.ts';
import { render } from '#tests/chart/helm.ts';
import { ofKind } from '#tests/chart/manifests.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const guide = read('docs/guides/operate.md');
const all = (pattern: RegExp) => [...new Set([...guide.matchAll(pattern)].map(([, found]) => found as string))];

/** The flags of helm's commands that are not in its help. */
function unknownFlags(commands: readonly (readonly string[])[]): string[] {
  return commands.flatMap(([verb = '', ...words]) => {
    const { stdout } = spawnSync(helm.find() ?? '', [verb, '--help'], { encoding: 'utf8' });
    const flags = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/, ''));
    return flags.filter((flag) => !new RegExp(`${flag}\\b`).test(stdout)).map((flag) => `helm ${verb} ${flag}`);
  });
}

it('[B7] the scripts and files that the guide names exist', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = all(/npm run (\w+)/g);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  const files = all(/((?:helm|scripts)\/[\w/.-]+\.\w+|k3d-cluster\.yaml)/g);
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(resolve(ROOT, file)))).toEqual([]);
});

it('[B7] the objects and values that the guide names exist in the chart', () => {
  const manifests = render({ profile: 'dev' });
  const names = (['Deployment', 'StatefulSet', 'Service'] as const).flatMap((kind) =>
    ofKind(manifests, kind).map(({ metadata }) => metadata.name),
  );
  const named = all(/\b(parlor-(?:rooms|edge|api|redis|postgres|keycloak))\b/g);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
  const values = parse(read('helm/values.yaml'));
  for (const path of all(/`((?:metrics|secrets)\.[\w.]+)`/g))
    expect(
      path.split('.').reduce((inner, name) => inner?.[name], values),
      path,
    ).toBeDefined();
});

it('[B7] helm knows every flag that the guide and `npm run k3d` use; an unknown one is detected', () => {
  const run = up({ istio: true, version: 'v', revision: 'r' })
    .filter(({ argv }) => argv[0] === 'helm')
    .map(({ argv }) => argv.slice(1));
  const typed = all(/^ {4}helm (.*)$/gm).map((line) => line.split(/\s+/));
  expect([run.length, typed.length].every((n) => n > 3)).toBe(true);
  expect(unknownFlags([...run, ...typed])).toEqual([]);
  expect(unknownFlags([['upgrade', '--instal', '--wait']])).toEqual(['helm upgrade --instal']);
});

it("[B5] the cluster's ports lead to the chart's, and to the page's address", () => {
  const { ports } = parse(read(CONFIG)) as { ports: { port: string }[] };
  const inside = ports.map(({ port }) => Number(port.split(':')[2]));
  const open = ofKind(render({ profile: 'dev' }), 'Service')
    .filter(({ spec }) => (spec as { type: string }).type === 'LoadBalancer')
    .flatMap(({ spec }) => (spec as { ports: { port: number }[] }).ports.map(({ port }) => port));
  for (const port of inside) expect(open).toContain(port);
  const { origin, keycloak } = parse(read('helm/values-dev.yaml'));
  expect(origin).toBe(ORIGIN);
  const outside = ports.map(({ port }) => port.split(':')[1]);
  expect([origin, keycloak.url].map((url) => new URL(url).port)).toEqual(outside);
});
