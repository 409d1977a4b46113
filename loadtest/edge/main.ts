/**
 * `node loadtest/edge/main.ts`: round trips of small messages to a process with and without the edge in between, side
 * by side in one run: each client has a socket of either kind and uses them in turn, the order turned around every
 * time. The last line is JSON: milliseconds that the edge adds.
 *
 *   node loadtest/edge/main.ts --clients 20 --trips 400 --every 10
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const WARM_UP = 50;
/** About what a move and its patch take. */
const MESSAGE = Buffer.alloc(64, 'm');

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { clients: text, trips: text, every: text } });
const [clients, trips, every] = [Number(values.clients ?? 20), Number(values.trips ?? 400), Number(values.every ?? 10)];

/** Starts a file of this folder; resolves with the port that it listens on. */
async function start(file: string, ...given: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), given);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`)));
  ended.catch(() => {}); // once it has said its port, it may
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number];
  return { child, port };
}

async function open(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/p1/r1?sessionId=s1`);
  await once(socket, 'open');
  return socket;
}

async function trip(socket: WebSocket): Promise<number> {
  const from = performance.now();
  const back = once(socket, 'message');
  socket.send(MESSAGE);
  await back;
  return performance.now() - from;
}

type Kind = 'direct' | 'edge';
const found: Record<Kind, number[]> = { direct: [], edge: [] };

async function run(sockets: Record<Kind, WebSocket>): Promise<void> {
  for (let n = 0; n < WARM_UP + trips; n++) {
    const order: Kind[] = n % 2 === 0 ? ['direct', 'edge'] : ['edge', 'direct'];
    for (const kind of order) {
      await pause(every * (0.5 + Math.random()));
      const ms = await trip(sockets[kind]);
      if (n >= WARM_UP) found[kind].push(ms);
    }
  }
}

function quantile(kind: Kind, q: number): number {
  const sorted = found[kind].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * q)] ?? Number.NaN;
}
const round = (ms: number) => Math.round(ms * 1000) / 1000;

const owner = await start('owner.ts');
const edge = await start('edge.ts', String(owner.port));
const pairs = await Promise.all(
  Array.from({ length: clients }, async () => ({ direct: await open(owner.port), edge: await open(edge.port) })),
);
await Promise.all(pairs.map(run));
for (const { direct, edge } of pairs) for (const socket of [direct, edge]) socket.terminate();
for (const { child } of [owner, edge]) child.kill();

const [directP50, edgeP50] = [quantile('direct', 0.5), quantile('edge', 0.5)];
const [directP99, edgeP99] = [quantile('direct', 0.99), quantile('edge', 0.99)];
console.log(
  JSON.stringify({
    addedP50Ms: round(edgeP50 - directP50),
    addedP99Ms: round(edgeP99 - directP99),
    directP50Ms: round(directP50),
    edgeP50Ms: round(edgeP50),
    directP99Ms: round(directP99),
    edgeP99Ms: round(edgeP99),
    trips: found.edge.length,
    load: round(loadavg()[0] ?? 0),
  }),
);
