/**
 * `npm run bench`: Parlor beside a plain Colyseus room, in one run: same schema, step, rate and client; the server
 * pinned to one core, the clients to the other; the order turned around every round. The last line is JSON.
 *
 * Then both again, with clients that send inputs all the time.
 *
 *   npm run bench -- --rooms 100 --clients 10 --seconds 8 --rounds 5 --warm-up 3 --inputs 10
 */
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Measured, measure } from './measure.ts';
import type { Variant } from './server.ts';
import { median, quantile, round3, spread } from './statistics.ts';

const VARIANTS: readonly Variant[] = ['plain', 'on', 'off'];
const number = (value: string | undefined, fallback: number) => Number(value ?? fallback);

const { values } = parseArgs({
  options: {
    rooms: { type: 'string' },
    clients: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    'warm-up': { type: 'string' },
    inputs: { type: 'string' },
  },
});
const shape = {
  rooms: number(values.rooms, 100),
  clients: number(values.clients, 10),
  seconds: number(values.seconds, 8),
  warmUp: number(values['warm-up'], 3),
};
const rounds = number(values.rounds, 5);
/** A second and client. */
const inputs = number(values.inputs, 10);

execFileSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
type Found = Record<Variant, Measured[]>;
const found: Found = { plain: [], on: [], off: [] };
const steered: Found = { plain: [], on: [], off: [] };
for (let round = 0; round < rounds; round++) {
  const order = round % 2 === 0 ? VARIANTS : [...VARIANTS].reverse();
  for (const variant of order) await run(round, variant, 0, found);
  for (const variant of order) if (variant !== 'off') await run(round, variant, inputs, steered);
}

async function run(round: number, variant: Variant, perSecond: number, into: Found): Promise<void> {
  const one = await measure(variant, { ...shape, inputs: perSecond }, variant === 'on' && perSecond === 0);
  into[variant].push(one);
  if (one.differing > 0) throw new Error(`${variant}: clients of ${one.differing} rooms saw different states`);
  const { updatesPerCpuSecond, statesPerSecond, rssPerClient } = one;
  console.log(
    `round ${round + 1} ${variant.padEnd(5)} ${perSecond} inputs/s: ${Math.round(updatesPerCpuSecond)} updates per CPU-second, ` +
      `${statesPerSecond.toFixed(2)} states/s, ${Math.round(rssPerClient / 1024)} kB per client, load ${loadavg()[0]?.toFixed(1)}`,
  );
}

/** Of each round's pair, so that a slow moment of the machine counts on both sides. */
function ratios(of: (measured: Measured) => number, a: Variant, b: Variant, among = found): number[] {
  return among[a].map((one, round) => of(one) / of(among[b][round] as Measured));
}
const onOverPlain = ratios((m) => m.updatesPerCpuSecond, 'on', 'plain');
const onOverPlainSteered = ratios((m) => m.updatesPerCpuSecond, 'on', 'plain', steered);
const share = ratios((m) => m.cpuPerMillion, 'off', 'on').map((off) => 1 - off);
const rss = ratios((m) => m.rssPerClient, 'on', 'plain');
const acks = found.on.flatMap((m) => m.acks ?? []);

console.log(
  `\n${shape.rooms} rooms x ${shape.clients} clients, ${shape.seconds} s, ${rounds} rounds; median (least–most)`,
);
console.log(`updates per CPU-second, journal on : plain   ${spread(onOverPlain)}`);
console.log(`the same at ${inputs} inputs/s and client          ${spread(onOverPlainSteered)}`);
console.log(`journal's share of server CPU                ${spread(share)}`);
console.log(`memory per client, on : plain                ${spread(rss)}`);
for (const variant of VARIANTS) {
  console.log(
    `states per second and client, ${variant.padEnd(5)}          ${spread(found[variant].map((m) => m.statesPerSecond))}`,
  );
}
console.log(
  `ack of a turn, ms: p50 ${round3(quantile(acks, 0.5))}, p99 ${round3(quantile(acks, 0.99))} of ${acks.length}`,
);
console.log(
  JSON.stringify({
    updatesPerCpuSecondRatio: round3(median(onOverPlain)),
    journalCpuShare: round3(median(share)),
    rssPerClientRatio: round3(median(rss)),
    statesPerSecond: round3(median(found.on.map((m) => m.statesPerSecond))),
    turnAckP50Ms: round3(quantile(acks, 0.5)),
    turnAckP99Ms: round3(quantile(acks, 0.99)),
    inputsUpdatesPerCpuSecondRatio: round3(median(onOverPlainSteered)),
    inputsStatesPerSecond: round3(median(steered.on.map((m) => m.statesPerSecond))),
    inputsAcked: round3(median(steered.on.map((m) => m.inputsAcked))),
  }),
);
process.exit(0);
