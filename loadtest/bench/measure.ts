/** One server, its clients, one window of time: what was delivered, and what it cost the server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { RawClient } from './raw-client.ts';
import { type Ready, TABLES, type Usage, type Variant } from './server.ts';

/** `warmUp`: seconds before the window. `inputs`: that each client sends a second, until the window is over. */
export type Shape = { rooms: number; clients: number; seconds: number; warmUp: number; inputs?: number };
export type Measured = {
  /** Movers' updates that arrived, per second of server CPU. */
  updatesPerCpuSecond: number;
  /** Server CPU in seconds, per million updates that arrived: lower is better, and comparable at other loads. */
  cpuPerMillion: number;
  statesPerSecond: number;
  /** Bytes, beyond what the empty server had. */
  rssPerClient: number;
  /** Rooms in which two clients saw another state at the same seq; must be 0. */
  differing: number;
  acks?: number[];
  /** Of the inputs that were sent, those that the room said it was done with; a plain room says nothing. */
  inputsAcked: number;
};

const JOINS_AT_ONCE = 16;
/** Tables that are played at the same time. */
const LANES = 8;

export async function measure(variant: Variant, shape: Shape, timeAcks: boolean): Promise<Measured> {
  const server = await start(variant, shape);
  try {
    const empty = await server.usage();
    const clients = await joinAll(server.ready, variant, shape);
    const stopInputs = sendInputs(clients, shape.inputs ?? 0);
    await pause(shape.warmUp * 1000);
    const full = await server.usage();
    const [states, updates] = totals(clients);
    await pause(shape.seconds * 1000);
    const after = await server.usage();
    const [statesAfter, updatesAfter] = totals(clients);
    stopInputs();
    const cpu = (after.cpuUntil - full.cpuFrom) / 1e6;
    const moved = updatesAfter - updates;
    const result: Measured = {
      updatesPerCpuSecond: moved / cpu,
      cpuPerMillion: (cpu / moved) * 1e6,
      statesPerSecond: (statesAfter - states) / clients.length / server.seconds(full, after),
      rssPerClient: (full.rss - empty.rss) / clients.length,
      differing: differing(clients, shape.rooms),
      inputsAcked: share(clients),
    };
    for (const client of clients) client.close();
    if (timeAcks) {
      await server.layTables();
      result.acks = await acks(server.ready);
    }
    return result;
  } finally {
    await server.stop();
  }
}

/** Slices of a second into which the clients' inputs are spread. */
const SLICE_MS = 10;

/** Each client `perSecond` times a second, another speed each time; not all at once. Answers how to stop. */
function sendInputs(clients: readonly RawClient[], perSecond: number): () => void {
  if (perSecond === 0) return () => {};
  const slices = Math.max(1, Math.round(1_000 / perSecond / SLICE_MS));
  const began = performance.now();
  let done = 0;
  const timer = setInterval(() => {
    for (const due = Math.floor((performance.now() - began) / SLICE_MS); done < due; done++)
      for (let i = done % slices; i < clients.length; i += slices)
        clients[i]?.input(Uint8Array.of(148 + ((i + done) % 40), 148 + (i % 30)));
  }, SLICE_MS);
  return () => clearInterval(timer);
}

function share(clients: readonly RawClient[]): number {
  const sum = (of: (client: RawClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  return sum(({ inputs }) => inputs) === 0 ? 0 : sum(({ acked }) => acked) / sum(({ inputs }) => inputs);
}

type Stamped = Usage & { at: number };

async function start(variant: Variant, { rooms, clients }: Shape) {
  const entry = new URL('server.ts', import.meta.url).pathname;
  const args = ['-c', '0', process.execPath, '--expose-gc', entry, variant, String(rooms), String(clients * rooms)];
  const child: ChildProcess = spawn('taskset', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines: Interface = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const next = async <T>() => JSON.parse(String((await once(lines, 'line'))[0])) as T;
  const ready = await next<Ready>();
  const ask = (what: string) => {
    child.stdin?.write(`${what}\n`);
    return next<Usage>();
  };
  return {
    ready,
    async usage(): Promise<Stamped> {
      return { ...(await ask('usage')), at: performance.now() };
    },
    layTables: () => ask('tables'),
    seconds: (from: Stamped, to: Stamped) => (to.at - from.at) / 1000,
    async stop() {
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

async function joinAll({ port, tokens }: Ready, variant: Variant, { rooms, clients }: Shape): Promise<RawClient[]> {
  const joined: RawClient[] = [];
  const places = Array.from({ length: rooms * clients }, (_, i) => i);
  const worker = async () => {
    for (let i = places.shift(); i !== undefined; i = places.shift()) {
      const client = await RawClient.join(port, `room-${i % rooms}`, tokens[i]);
      joined.push(client);
      const payload = { vx: 20 + (i % 40), vy: 20 + (i % 30) };
      if (variant === 'plain') await client.request('steer', payload);
      else {
        await client.request('resume', { outbox: `bench-outbox-${i}` });
        await client.request('submit', { first: 1, commands: [{ type: 'steer', payload }] });
      }
    }
  };
  await Promise.all(Array.from({ length: JOINS_AT_ONCE }, worker));
  return joined;
}

export function totals(clients: readonly RawClient[]): [number, number] {
  let [states, updates] = [0, 0];
  for (const client of clients) {
    states += client.states;
    updates += client.updates;
  }
  return [states, updates];
}

export function differing(clients: readonly RawClient[], rooms: number): number {
  const seen = new Map<string, Map<number, string>>();
  const bad = new Set<string>();
  for (const { room, digests } of clients) {
    const known = seen.get(room) ?? new Map<number, string>();
    seen.set(room, known);
    for (const [seq, digest] of digests) {
      if ((known.get(seq) ?? digest) !== digest) bad.add(room);
      known.set(seq, digest);
    }
  }
  if (seen.size !== rooms) throw new Error(`${seen.size} of ${rooms} rooms were seen`);
  return bad.size;
}

/** Turn by turn at many tables, each command's way to the journal and back, in ms. */
function acks({ port, tokens }: Ready): Promise<number[]> {
  return takeTurns(TABLES, async (room, seat, table) => {
    const token = tokens[(2 * table + seat) % tokens.length];
    const player = await RawClient.join(port, room, token);
    const outbox = `table-outbox-${room}-${token?.slice(-12)}`.replace(/[^\w-]/g, '').slice(0, 40);
    await player.request('resume', { outbox });
    return player;
  });
}

/** `sitDown` brings one of two to `table-<n>`. */
export async function takeTurns(
  tables: number,
  sitDown: (room: string, seat: number, table: number) => Promise<RawClient>,
): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(Array.from({ length: Math.min(tables, LANES) }, (_, lane) => playLane(lane)));
  return times;

  async function playLane(lane: number): Promise<void> {
    for (let table = lane; table < tables; table += LANES) {
      const pair = await Promise.all([0, 1].map((seat) => sitDown(`table-${table}`, seat, table)));
      const sent = [1, 1];
      for (let move = 0; move < 12; move++) {
        const { turn } = (pair[0] as RawClient).state as { turn: number };
        const player = pair[turn];
        if (!player) break; // the match is over
        const command = { type: 'drop', payload: { column: (move * 3) % 7 } };
        const began = performance.now();
        await player.request('submit', { first: sent[turn], commands: [command] });
        times.push(performance.now() - began);
        sent[turn] = (sent[turn] ?? 0) + 1;
      }
      for (const player of pair) player.close();
    }
  }
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
