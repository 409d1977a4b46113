/**
 * `npm run bench:cluster`: Parlor with its journal in Redis beside stock Colyseus with its Redis driver, at 1, 2 and 3
 * processes, in one run: same schema, step, rate and client; the order turned around every round. The last line is JSON.
 *
 *   npm run bench:cluster -- --processes 1,2,3 --rooms 12 --clients 10 --seconds 6 --rounds 3 --warm-up 2
 */
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startPostgres } from '#scripts/postgres.ts';
import { startTestIssuer } from '#server/identity/test-issuer.ts';
import type { Kind } from './member.ts';
import { median, quantile, round3, spread } from './statistics.ts';
import { measureTogether, type Together } from './together.ts';

const KINDS: readonly Kind[] = ['stock', 'ours'];

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '1,2,3' },
    rooms: { type: 'string', default: '12' },
    clients: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '2' },
  },
});
const shape = {
  rooms: Number(values.rooms),
  clients: Number(values.clients),
  seconds: Number(values.seconds),
  warmUp: Number(values['warm-up']),
};
const counts = values.processes.split(',').map(Number);

execFileSync('taskset', ['-cp', '1', String(process.pid)], { stdio: 'ignore' });
const [postgres, issuer] = await Promise.all([startPostgres(), startTestIssuer()]);
const tokens = await issuer.tokens(Math.max(shape.rooms * shape.clients, 2 * 12), { expiresIn: 3600 });
const ground = { databaseUrl: postgres.url, issuer, tokens };
const found = new Map(counts.map((count) => [count, { stock: [] as Together[], ours: [] as Together[] }]));
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [count, of] of found) {
      for (const kind of round % 2 === 0 ? KINDS : [...KINDS].reverse()) {
        const one = await measureTogether(kind, count, shape, ground);
        of[kind].push(one);
        if (one.differing > 0) throw new Error(`${kind}: clients of ${one.differing} rooms saw different states`);
        console.log(
          `round ${round + 1}, ${count} ${kind.padEnd(5)} ${Math.round(one.updatesPerCpuSecond)} updates per CPU-second, ` +
            `${one.statesPerSecond.toFixed(2)} states/s, ${Math.round(one.joinsPerSecond)} joins/s, ` +
            `ack p50 ${round3(quantile(one.acks, 0.5))} ms, load ${loadavg()[0]?.toFixed(1)}`,
        );
      }
    }
  }
} finally {
  await Promise.all([postgres.stop(), issuer.close()]);
}

const report: Record<string, number> = {};
for (const [count, { stock, ours }] of found) {
  // Of each round's pair, so that a slow moment of the machine counts on both sides.
  const ratios = (of: (one: Together) => number) => ours.map((one, n) => of(one) / of(stock[n] as Together));
  const all = (runs: readonly Together[], of: 'joins' | 'acks') => runs.flatMap((run) => run[of]);
  const fanOut = ratios((one) => one.updatesPerCpuSecond);
  const joins = ratios((one) => one.joinsPerSecond);
  const ack = (runs: readonly Together[], q: number) => round3(quantile(all(runs, 'acks'), q));
  console.log(`\n${count} ${count === 1 ? 'process' : 'processes'}; median (least–most) of ${ours.length}`);
  console.log(`updates per CPU-second, ours : stock   ${spread(fanOut)}`);
  console.log(`joins per second, ours : stock         ${spread(joins)}`);
  for (const [kind, runs] of Object.entries({ stock, ours })) {
    const states = spread(runs.map((one) => one.statesPerSecond));
    const rate = spread(runs.map((one) => one.joinsPerSecond));
    const join = round3(quantile(all(runs, 'joins'), 0.5));
    console.log(
      `${kind.padEnd(5)} states/s ${states}; joins/s ${rate}, p50 ${join} ms; ack p50 ${ack(runs, 0.5)}, p99 ${ack(runs, 0.99)} ms`,
    );
  }
  report[`updatesPerCpuSecondRatio${count}`] = round3(median(fanOut));
  report[`joinsPerSecondRatio${count}`] = round3(median(joins));
  report[`statesPerSecond${count}`] = round3(median(ours.map((one) => one.statesPerSecond)));
  report[`ackP50Ms${count}`] = ack(ours, 0.5);
  report[`stockAckP50Ms${count}`] = ack(stock, 0.5);
}
console.log(JSON.stringify(report));
process.exit(0);
