import { expect, it } from 'vitest';
import { caseFolding, written } from '#scripts/unicode.ts';

it('[I65] the case folding table equals the one made from the published data', () => {
  expect(written()).toBe(caseFolding());
});
