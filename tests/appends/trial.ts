/**
 * Players play in a few rooms while whoever feels like it takes these from whoever has them, until so many appends
 * have met with something; then everything comes to rest and is judged. How calls travel is somebody else's part.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { keyedRandom, type Random } from '#rooms/kernel/random.ts';
import type { JournalStore, Seal } from '#rooms/ports.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type Deed, noting } from '#tests/chaos/deeds.ts';
import type { Life } from '#tests/chaos/twins.ts';
import { type Judgement, judge, type Scene } from './judge.ts';
import type { Mishaps } from './mishaps.ts';
import { type Hosted, Owner, type Shown } from './owner.ts';
import { Player } from './player.ts';

export type TrialOptions = {
  seed: number;
  mishaps: Mishaps;
  /** Appends that are to meet with something. */
  appends: number;
  seal: Seal;
  /** One for each process, on its own line. */
  stores: readonly JournalStore[];
  /** The journal itself, past all lines. */
  truth: JournalStore;
  now(): number;
  rooms?: number;
  playersInEach?: number;
  /** Between two answers of a player, at most. */
  thinkMs?: number;
  /** Between two takeovers, at most. */
  restMs?: number;
  signal?: AbortSignal;
};

export type Outcome = Judgement & {
  /** Appends that met with something. */
  appends: number;
  kinds: Record<string, number>;
  /** How it went with appends that arrived late or once more. */
  strays: Record<string, number>;
  claims: number;
  seed: number;
};

const LIMIT_MS = 10 * 60_000;
const ANSWERED_MS = 60_000;
const WRONG_MS = 1_000;

export async function trial(options: TrialOptions): Promise<{ outcome: Outcome; scene: Scene }> {
  const { seed, mishaps, appends, seal, stores, truth, signal, rooms = 4, playersInEach = 3 } = options;
  const { thinkMs = 25, restMs = 60 } = options;
  const shown: Shown[] = [];
  const problems: string[] = [];
  const lives: Life[] = [];
  const owners = stores.map((store, i) => {
    const deeds: Deed[] = [];
    const name = `owner-${i}`;
    lives.push({ owner: name, deeds });
    const ports = portsOf(
      name,
      noting(store, (deed) => deeds.push(deed)),
      seal,
      options.now,
    );
    return new Owner({ ports, shown: (one) => shown.push(one), problem: (what) => problems.push(what) });
  });
  const names = Array.from({ length: rooms }, (_, n) => `arena-${n}`);
  for (const [i, room] of names.entries()) await untilMade(owners[i % owners.length] as Owner, room);

  const draws = keyedRandom([seed, 1], 0);
  const home = (room: string): Hosted | undefined => {
    const willing = owners.flatMap((owner) => owner.hosted(room) ?? []);
    return willing.length > 0 ? draws.pick(willing) : undefined;
  };
  const players = names.flatMap((room, r) =>
    Array.from({ length: playersInEach }, (_, p) => {
      const random = keyedRandom([seed, 2], r * playersInEach + p);
      return new Player({ room, name: `${room}-player-${p}`, random, thinkMs, home });
    }),
  );
  const stop = new AbortController();
  let over = false;
  const gone = new AbortController();
  const playing = Promise.all(players.map((player) => player.play(stop.signal, gone.signal))).then(() => {
    over = true;
  });
  const taking = Promise.all(
    names.map(async (room, i) => {
      const random = keyedRandom([seed, 3], i);
      while (!over) {
        await pause(1 + random.below(restMs));
        await takeover(owners, room, random);
      }
    }),
  );
  const until = options.now() + LIMIT_MS;
  const isWrong = () => problems.length + mishaps.unfenced.length > 0;
  while (mishaps.appends < appends && !mishaps.exhausted && !isWrong() && !signal?.aborted) {
    if (options.now() > until) problems.push(`only ${mishaps.appends} appends met with something in that time`);
    await pause(5);
  }
  mishaps.over = true;
  stop.abort();
  // What went wrong may keep players from ever being answered.
  const patience = isWrong() ? WRONG_MS : ANSWERED_MS;
  const answered = await Promise.race([playing, pause(patience, 'late' as const, { ref: false })]);
  if (answered === 'late') problems.push('not everything was answered in the end');
  over = true;
  gone.abort();
  await taking;
  await mishaps.flush();
  for (const owner of owners) await owner.stop();
  const records = players.map(({ record }) => record);
  const scene = { store: truth, seal, rooms: names, records, shown, lives, unfenced: mishaps.unfenced, problems };
  const judgement = await judge(scene);
  const claims = lives.reduce((sum, { deeds }) => sum + deeds.filter(({ k }) => k === 'claimed').length, 0);
  const { counts: kinds, strays } = mishaps;
  return { outcome: { appends: mishaps.appends, kinds, strays, claims, ...judgement, seed }, scene };
}

/** One more takes the room, all want it at once, or its owner hands it over. */
async function takeover(owners: readonly Owner[], room: string, random: Random): Promise<void> {
  const draw = random.below(10);
  if (draw < 5) await random.pick(owners).take(room);
  else if (draw < 8) await Promise.all(owners.map((owner) => owner.take(room)));
  else {
    await Promise.all(owners.map((owner) => owner.giveUp(room)));
    await random.pick(owners).take(room);
  }
}

/** A genesis may meet with something, too. */
async function untilMade(owner: Owner, room: string): Promise<void> {
  while (!owner.hosted(room)) {
    await owner.create(room).catch(() => {});
    await owner.take(room);
  }
}

function portsOf(owner: string, store: JournalStore, seal: Seal, now: () => number): RoomPorts {
  const never = () => Promise.reject(new Error('Nobody comes here over a socket.'));
  return {
    store,
    seal,
    owner,
    now,
    wall: now,
    activeTime: now,
    authorize: () => ({ allowed: true, reason: 'everybody may everything here' }),
    outcomes: { deliver: async () => {} },
    version: () => 'trial',
    steps: () => {},
    meter: { appended() {}, late() {}, fault() {}, restored() {}, fenced() {}, dropped() {} },
    log: createLog('silent'),
    limits: { messagesPerSecond: 1_000, maxBuffered: 1_000_000, idleMs: 60_000 },
    authenticate: never,
    liveness: { look: never },
    ticker: undefined as never,
  };
}
