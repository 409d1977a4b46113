/** `npm run days -- --seed S --days N [--kind embedded|clustered]`: by hand; closes with one line of JSON. */
import { parseArgs } from 'node:util';
import type { Kind } from '#tests/days/installation.ts';
import { shrink, walk } from '#tests/days/walk.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    days: { type: 'string', default: '40' },
    kind: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
  },
});
console.info = () => {}; // the SDK tells of every attempt to dial
console.warn = () => {};
const seed = Number(values.seed);
const steps = Number(values.days);
const kinds: readonly Kind[] = values.kind ? [values.kind as Kind] : ['embedded', 'clustered'];
if (
  !Number.isInteger(seed) ||
  !Number.isInteger(steps) ||
  !kinds.every((one) => ['embedded', 'clustered'].includes(one))
)
  throw new Error('npm run days -- --seed NUMBER --days NUMBER [--kind embedded|clustered] [--no-shrink]');

for (const kind of kinds) {
  console.error(`${kind}, seed ${seed}, ${steps} steps`);
  const walked = await walk({ kind, seed, steps, say: (text) => console.error(`  ${text}`) });
  const { taken, done, failure } = walked;
  console.log(JSON.stringify({ kind, seed, steps: taken.length, done, failed: failure !== undefined }));
  if (!failure) continue;
  console.error(failure.message);
  process.exitCode = 1;
  if (values['no-shrink']) break;
  const few = await shrink(walked, (text) => console.error(text));
  console.error(`It takes: ${few.map(({ step }) => step.name).join(', ')}`);
  break;
}
