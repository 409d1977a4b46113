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

// Servers, databases and files of a walk go with it, also when it is told to stop.
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
const { signal: stop } = stopping;

for (const kind of kinds) {
  console.error(`${kind}, seed ${seed}, ${steps} steps`);
  const walked = await walk({ kind, seed, steps, say: (text) => console.error(`  ${text}`), stop });
  const { taken, done, failure } = walked;
  console.log(JSON.stringify({ kind, seed, steps: taken.length, done, failed: failure !== undefined }));
  if (!failure) continue;
  console.error(failure.message);
  process.exitCode = 1;
  if (values['no-shrink'] || stop.aborted) break;
  const few = await shrink(walked, { say: (text) => console.error(text), stop }).catch((error: Error) => error);
  console.error(few instanceof Error ? few.message : `It takes: ${few.map(({ step }) => step.name).join(', ')}`);
  break;
}
// What was on its way when it was stopped would go on waiting.
if (stop.aborted) process.exit(1);
