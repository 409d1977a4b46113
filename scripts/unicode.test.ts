import { expect, it } from 'vitest';
import { caseFolding, written } from '#scripts/unicode.ts';

it('[I65] the table of case folding is what the published data makes it', () => {
  expect(written()).toBe(caseFolding());
});
