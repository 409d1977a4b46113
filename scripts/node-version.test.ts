import { expect, it } from 'vitest';
import { tooOld } from '#scripts/node-version.ts';

it('[F2] an older Node is refused with a sentence that says how to run', () => {
  expect(tooOld('v20.20.2')).toContain('this is v20.20.2. npm scripts use it by themselves: npm test');
  expect(tooOld('v24.0.0')).toBeUndefined();
  expect(tooOld('v100.1.0')).toBeUndefined();
});

it('[F2] these tests run on a Node that Parlor accepts', () => {
  expect(tooOld(process.version)).toBeUndefined();
});
