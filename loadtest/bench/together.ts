/** Several processes that share a Redis, their clients, one window of time: joins, fan-out, acks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import type { TestIssuer } from '#server/identity/test-issuer.ts';
import { startRedis } from '#server/testing/redis.ts';
import { differing, pause, type Shape, takeTurns, totals } from './measure.ts';
import type { Kind, MemberOrders, MemberReady } from './member.ts';
import { RawClient } from './raw-client.ts';

export type Together = {
  /** Movers' updates that arrived, per second of CPU of all processes and Redis. */
  updatesPerCpuSecond: number;
  statesPerSecond: number;
  joinsPerSecond: number;
  /** Each from the request for a seat to the first state, ms. */
  joins: number[];
  /** Of one command: ours when it is durable and applied, stock's when it was handled. ms. */
  acks: number[];
  differing: number;
};

/** What both kinds are given. */
export type Ground = { databaseUrl: string; issuer: TestIssuer; tokens: readonly string[] };

const JOINS_AT_ONCE = 16;
const TABLES = 12;
const KEY = randomBytes(32).toString('hex');
const STOCK_ACKS = 12;
/** A join that failed is tried again. */
const [TRIES, AGAIN_MS] = [20, 100];

export async function measureTogether(kind: Kind, processes: number, shape: Shape, ground: Ground): Promise<Together> {
  const redis = await startRedis();
  const { issuer, databaseUrl, tokens } = ground;
  const members: Member[] = [];
  const look = new Redis(redis.url);
  try {
    const mine = <T>(all: readonly T[], n: number) => all.filter((_, i) => i % processes === n);
    const rooms = Array.from({ length: shape.rooms }, (_, i) => `room-${i}`);
    const tables = Array.from({ length: kind === 'ours' ? TABLES : 0 }, (_, i) => `table-${i}`);
    const { keys: _, ...trust } = issuer.trust;
    for (let n = 0; n < processes; n++) {
      const believed = { ...trust, jwksUrl: issuer.jwksUrl };
      const orders = { redis: redis.url, rooms: mine(rooms, n), tables: mine(tables, n), issuer: believed };
      members.push(await start(kind, orders, { REDIS_URL: redis.url, DATABASE_URL: databaseUrl }));
    }
    const ports = new Map(members.map(({ ready }) => [ready.id, ready.port]));
    // Asked for at one process, wherever the room is.
    const join = async (room: string, i: number, token = tokens[i]) => {
      const { port } = (members[i % processes] as Member).ready;
      // A process that is not sure of its lease for a moment says 503, and clients ask again; its time is in the join's.
      for (let tries = 1; ; tries++) {
        try {
          return await RawClient.join(port, room, kind === 'ours' ? token : undefined, (id) => ports.get(id) ?? port);
        } catch (error) {
          if (tries === TRIES) throw error;
          await pause(AGAIN_MS);
        }
      }
    };
    const usage = async () => {
      const info = await look.info('cpu');
      const of = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
      const used = await Promise.all(members.map((one) => one.cpu()));
      const redisSeconds = of('used_cpu_user') + of('used_cpu_sys');
      return { cpu: used.reduce((sum, one) => sum + one, 0) / 1e6 + redisSeconds, at: performance.now() };
    };

    const clients: RawClient[] = [];
    const joins: number[] = [];
    const places = Array.from({ length: shape.rooms * shape.clients }, (_, i) => i);
    const began = performance.now();
    const worker = async () => {
      for (let i = places.shift(); i !== undefined; i = places.shift()) {
        const from = performance.now();
        const client = await join(`room-${Math.floor(i / shape.clients)}`, i);
        joins.push(performance.now() - from);
        clients.push(client);
        await steer(kind, client, i);
      }
    };
    await Promise.all(Array.from({ length: JOINS_AT_ONCE }, worker));
    const joined = performance.now() - began;
    await pause(shape.warmUp * 1000);
    const [before, [states, updates]] = [await usage(), totals(clients)];
    await pause(shape.seconds * 1000);
    const [after, [statesAfter, updatesAfter]] = [await usage(), totals(clients)];

    const acks =
      kind === 'ours'
        ? await takeTurns(TABLES, (room, seat, lane) => sitDown(join, room, 2 * lane + seat))
        : await requests(clients);
    const result = {
      updatesPerCpuSecond: (updatesAfter - updates) / (after.cpu - before.cpu),
      statesPerSecond: ((statesAfter - states) / clients.length / (after.at - before.at)) * 1000,
      joinsPerSecond: (clients.length / joined) * 1000,
      joins,
      acks,
      differing: differing(clients, shape.rooms),
    };
    for (const client of clients) client.close();
    return result;
  } finally {
    look.disconnect();
    await Promise.all(members.map((one) => one.stop()));
    await redis.stop();
  }
}

async function steer(kind: Kind, client: RawClient, i: number): Promise<void> {
  const payload = { vx: 20 + (i % 40), vy: 20 + (i % 30) };
  if (kind === 'stock') return void (await client.request('steer', payload));
  await client.request('resume', { outbox: `bench-outbox-${i}` });
  await client.request('submit', { first: 1, commands: [{ type: 'steer', payload }] });
}

async function sitDown(join: (room: string, i: number) => Promise<RawClient>, room: string, i: number) {
  const player = await join(room, i);
  await player.request('resume', { outbox: `table-outbox-${i}-${room}` });
  return player;
}

/** Eight at a time, as the turns. */
async function requests(clients: readonly RawClient[]): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    clients.slice(0, 8).map(async (client) => {
      for (let n = 0; n < STOCK_ACKS; n++) {
        const from = performance.now();
        await client.request('steer', { vx: 20, vy: 20 + n });
        times.push(performance.now() - from);
      }
    }),
  );
  return times;
}

type Member = { ready: MemberReady; cpu(): Promise<number>; stop(): Promise<void> };

async function start(kind: Kind, orders: MemberOrders, where: Record<string, string>): Promise<Member> {
  const entry = new URL('member.ts', import.meta.url).pathname;
  const args = ['-c', '0', process.execPath, entry, kind, JSON.stringify(orders)];
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    PORT: '0',
    PARLOR_ORIGIN: 'http://localhost',
    PARLOR_KEY: KEY,
    PARLOR_LIMITS: 'load',
    PARLOR_MESSAGES_PER_SECOND: '1000',
    ...where,
  };
  const child: ChildProcess = spawn('taskset', args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const ended = once(child, 'exit');
  const next = async <T>(): Promise<T> => {
    const over = ended.then(([code]): never => {
      throw new Error(`a process of the benchmark ended with ${code}`);
    });
    return JSON.parse(String((await Promise.race([once(lines, 'line'), over]))[0])) as T;
  };
  const ready = await next<MemberReady>();
  return {
    ready,
    async cpu() {
      child.stdin?.write('\n');
      return (await next<{ cpu: number }>()).cpu;
    },
    async stop() {
      child.stdin?.end();
      await ended;
    },
  };
}
