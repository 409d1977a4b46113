/** `npm run kill -- --rounds N --seed S`: the long form by hand; one line of JSON at the end. */
import { parseArgs } from 'node:util';
import { STEPS } from '#rooms/host/steps.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import { campaign, type Kill } from './campaign.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    clients: { type: 'string', default: '20' },
  },
});
console.info = () => {}; // the SDK tells of every attempt to dial
const seed = Number(values.seed);
const random = keyedRandom([seed], 1);

function anyKill(): Kill {
  if (random.below(3) === 0) return { afterMs: random.below(1_500) };
  const step = random.pick(STEPS);
  const often = /^(take|stamp|append|apply|show|answer)/.test(step);
  return { step: `${step}:${1 + random.below(often ? 40 : 2)}` };
}

/** A room whose restore is cut short three times in a row is quarantined, as it should be: never two such kills in a row. */
const cutsRestore = (kill: Kill | undefined) => kill !== undefined && 'step' in kill && /^(load|adopt)/.test(kill.step);

const kills: Kill[] = [];
while (kills.length < Number(values.rounds)) {
  const kill = anyKill();
  if (!cutsRestore(kill) || !cutsRestore(kills.at(-1))) kills.push(kill);
}
console.error(`seed ${seed}, ${kills.length + 1} kills`);
const report = await campaign({ kills, seed, clients: Number(values.clients) });
console.log(JSON.stringify(report));
const { lost, double, takenBack, outcomesWrong } = report;
if (lost + double + takenBack + outcomesWrong > 0) {
  console.error(
    `Something was lost, done twice or taken back: npm run kill -- --rounds ${values.rounds} --seed ${seed}`,
  );
  process.exitCode = 1;
}
