/** Rooms over real sockets: an issuer, keys, a journal, a host that can die and come back, and lines that can be cut. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@colyseus/sdk';
import { beforeAll, vi } from 'vitest';
import { type Connection, isUp } from '#client/net/connection.ts';
import { DurableConnection } from '#client/net/durable-room.ts';
import { channel } from '#rooms/chat/chat.ts';
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { startTestIssuer, type TestIssuer, type TokenOptions } from '#server/identity/test-issuer.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { type Keyring, openKeyring } from '#server/keys/keyring.ts';
import { type RoomHost, type RoomHostOptions, startRoomHost } from '#server/testing/room-host.ts';
import { type Line, lineTo } from './line.ts';

// biome-ignore lint/suspicious/noExplicitAny: states of every machine
export type Seat = DurableConnection<any> & { line: Line };

export type World = {
  issuer: TestIssuer;
  keyring: Keyring;
  store: JournalStore;
  host: RoomHost;
  ended: Set<string>;
  create(machine: AnyMachine, room: string, config?: unknown): Promise<void>;
  /** Somebody comes in, by a line of their own. */
  open(name: string, room: string, token?: Partial<TokenOptions>): Promise<Seat>;
  room(room: string): DurableRoom;
  /** Closes the host; `false` leaves the journal as a killed process would. */
  stop(gracefully?: boolean): Promise<void>;
  start(options?: Partial<RoomHostOptions>, wrap?: (store: JournalStore) => JournalStore): Promise<void>;
  close(): Promise<void>;
};

/** The SDK tells the console of every dial. */
export function quiet(): void {
  beforeAll(() => {
    for (const method of ['info', 'warn'] as const) vi.spyOn(console, method).mockImplementation(() => {});
  });
}

export async function openWorld(
  options: Partial<RoomHostOptions> & { wrap?: (store: JournalStore) => JournalStore } = {},
): Promise<World> {
  const { wrap = (store) => store, ...first } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-rooms-'));
  const file = join(dataDir, 'journal.db');
  const issuer = await startTestIssuer();
  const keyring = await openKeyring({ dataDir });
  const ended = new Set<string>();
  const authenticate = createVerifier({
    ...issuer.trust,
    hash: keyring.hash,
    revoked: (session) => ended.has(session),
  });
  const liveness = { look: async (session: string) => (ended.has(session) ? ('ended' as const) : ('live' as const)) };
  const seats: Seat[] = [];
  let port = 0;
  let severed = false;
  let running = false;

  const world = {
    issuer,
    keyring,
    ended,
    async create(machine, room, config) {
      await world.host.directory.create(machine, room, config ?? {});
    },
    async open(name, room, token = {}) {
      const line = await lineTo(port);
      const options = { name, sid: `login-of-${name}`, ...token };
      const opened = await DurableConnection.open(new Client(line.endpoint), room, () => issuer.token(options));
      const seat = Object.assign(opened, { line }) as Seat;
      seats.push(seat);
      return seat;
    },
    room: (room) => world.host.directory.loaded(room) as DurableRoom,
    async start(changed = {}, wrapped = wrap) {
      severed = false;
      const own = wrapped(sqliteStore(file));
      world.store = severable(own, () => severed);
      world.host = await startRoomHost({
        machines: [connectFour, channel, probe],
        store: world.store,
        seal: keyring.journalSeal(),
        authenticate,
        liveness,
        port,
        ...first,
        ...changed,
      });
      port = Number(new URL(world.host.endpoint).port);
      running = true;
    },
    async stop(gracefully = true) {
      severed = !gracefully;
      running = false;
      await world.host.close();
      await world.store.close();
    },
    async close() {
      for (const seat of seats) {
        await seat.line.close();
        void seat.leave(false);
      }
      if (running) await world.stop();
      await issuer.close();
      await rm(dataDir, { recursive: true });
    },
  } as World;
  await world.start();
  return world;
}

/** A store whose process has died: what it is told from then on reaches nobody. */
function severable(store: JournalStore, severed: () => boolean): JournalStore {
  return new Proxy(store, {
    get(target, name: keyof JournalStore) {
      if (name === 'close') return target.close;
      return (...given: unknown[]) =>
        severed()
          ? Promise.reject(new Error('this process is dead'))
          : (target[name] as (...given: unknown[]) => unknown)(...given);
    },
  });
}

/** A journal that is slow: appends wait, in order, until they are let through. */
export function slow(): { wrap(store: JournalStore): JournalStore; hold(): void; release(): void; held(): number } {
  let open: (() => void) | undefined;
  let gate = Promise.resolve();
  let held = 0;
  return {
    wrap: (store) => ({
      ...store,
      async append(...given) {
        held++;
        await gate;
        held--;
        return store.append(...given);
      },
    }),
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open?.(),
    held: () => held,
  };
}

export function until(condition: () => unknown, timeout = 10_000): Promise<void> {
  return vi.waitFor(
    () => {
      if (!condition()) throw new Error(`not yet: ${condition}`);
    },
    { timeout, interval: 10 },
  );
}

export function up(...seats: Connection<unknown>[]): Promise<void> {
  return until(() => seats.every(({ status }) => isUp(status)));
}

/** Cuts the line and waits for the return. */
export async function cutAndReturn(seat: Seat): Promise<void> {
  seat.line.cut();
  await until(() => seat.status === 'reconnecting');
  await up(seat);
}
