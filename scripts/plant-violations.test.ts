import { expect, it } from 'vitest';
import { plantViolations } from '#scripts/plant-violations.ts';

it('[F1] every kind of forbidden import and impurity is reported, and nothing that is allowed', async () => {
  expect(await plantViolations()).toEqual([]);
});

it('[F1] the check bites: with the folders’ rules taken away, it complains', async () => {
  const withoutRules = (config: string) => JSON.stringify({ ...JSON.parse(config), overrides: [] });
  const complaints = await plantViolations(withoutRules);
  for (const folder of ['schema', 'rooms', 'rooms/kernel', 'rooms/games/chess', 'db', 'server', 'client']) {
    expect(complaints.join('\n')).toContain(`noRestrictedImports: ${folder}/planted-`);
  }
});
