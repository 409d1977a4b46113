import { expect, it, onTestFinished } from 'vitest';
import { CHANGES, Releases } from './releases.ts';

it.each(CHANGES)('a release with another %s can be made of this code', async (change) => {
  const releases = new Releases();
  onTestFinished(() => releases.remove());
  expect(await releases.next(change, 1)).toContain('parlor-release-');
});
