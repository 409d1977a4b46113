import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plantViolations } from '#scripts/plant-violations.ts';

const ROOT = join(import.meta.dirname, '..');

it('[F1] every kind of forbidden import and impurity is reported, and nothing that is allowed', async () => {
  expect(await plantViolations()).toEqual([]);
});

it("[F1] the check is effective: without the folders' rules it fails", async () => {
  const withoutRules = (config: string) => JSON.stringify({ ...JSON.parse(config), overrides: [] });
  const complaints = await plantViolations(withoutRules);
  for (const folder of [
    'schema',
    'rooms',
    'rooms/kernel',
    'rooms/games/chess',
    'db',
    'server',
    'server/rooms',
    'client',
  ]) {
    expect(complaints.join('\n')).toContain(`noRestrictedImports: ${folder}/planted-`);
  }
});

/** They put the others together. */
const ABOVE = ['compose', 'testing'];

it('[F33] every folder of the server belongs to one band: entry, domain or infrastructure', () => {
  type Override = { includes: string[]; linter?: { rules?: { style?: { noRestrictedImports?: unknown } } } };
  const { overrides } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8')) as { overrides: Override[] };
  const bands = overrides.filter(({ linter }) => linter?.rules?.style?.noRestrictedImports);
  const banded = bands.flatMap(({ includes }) =>
    includes.flatMap((glob) => /^server\/(\w+)\/\*\*$/.exec(glob)?.[1] ?? []),
  );
  const folders = readdirSync(join(ROOT, 'server'), { withFileTypes: true }).filter((one) => one.isDirectory());
  const names = folders.map(({ name }) => name).filter((name) => !ABOVE.includes(name));
  expect(banded.toSorted()).toEqual(names.toSorted());
});
