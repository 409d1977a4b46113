import { expect, it, vi } from 'vitest';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { walk } from './walk.ts';

quiet();
vi.setConfig({ testTimeout: 600_000 });

const STEPS = { embedded: 24, clustered: 16 };

it.each(['embedded', 'clustered'] as const)('[X24] days in the life of an %s installation', async (kind) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`npm run days -- --kind ${kind} --seed ${seed} --days ${STEPS[kind]}`);
  const { done, failure } = await walk({ kind, seed, steps: STEPS[kind] });
  console.log(JSON.stringify(done));
  expect(failure?.message).toBeUndefined();
});
