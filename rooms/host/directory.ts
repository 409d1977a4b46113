/**
 * The durable rooms of one process: creates them, wakes the ones that sleep, unloads the idle, and finds the
 * one that a command or a question is for.
 */
import { type AuthContext, matchMaker, type Server } from '@colyseus/core';
import { DurableRoom } from '#rooms/DurableRoom.ts';
import { enter } from '#rooms/host/enter.ts';
import type { Ending, Hosting } from '#rooms/host/hosting.ts';
import type { Journal } from '#rooms/host/journal.ts';
import { type Opening, openNew, takeOver } from '#rooms/host/opening.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { COLYSEUS_CLOCK_MS } from '#rooms/host/ticker.ts';
import { REST_OUTBOX } from '#rooms/kernel/ledger.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Reply } from '#schema/protocol.ts';
import { CLOSE } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

const ALIVE_MS = 1_000;
/** Rooms restored at the same time; more only makes each of them slower. */
const RESTORES = 8;
const WAKE_LIMIT_MS = 5_000;

export type DirectoryOptions = RoomPorts & {
  machines: readonly AnyMachine[];
  /** Rooms of the library's own, which are always here. */
  plain?: ReadonlySet<string>;
  /** A room's listing may have changed. */
  changed?(room: string): void;
  /** A room is over and unloaded. */
  ended?(room: string): void;
};

export type Submission = { player: string; roles: readonly string[]; type: string; payload: unknown; key: string };

export class Directory {
  readonly #o: DirectoryOptions;
  readonly #rooms = new Map<string, DurableRoom>();
  readonly #openings = new Map<string, Opening>();
  readonly #waking = new Map<string, Promise<RefusalCode | undefined>>();
  readonly #unloading = new Map<string, Promise<void>>();
  #timers: NodeJS.Timeout[] = [];
  /** Rooms that storage failed, to be looked after with the next beat. */
  readonly #neglected = new Set<string>();
  #closing = false;

  constructor(options: DirectoryOptions) {
    this.#o = options;
  }

  /** Tells Colyseus of every machine. */
  define(server: Server): void {
    const hosting: Hosting = {
      ports: this.#o,
      opening: (room) => this.#opening(room),
      opened: (room) => void this.#rooms.set(room.roomId, room),
      changed: (room) => this.#o.changed?.(room.roomId),
      unload: (room, why) => void this.#unload(room, why),
    };
    const onAuth = (token: string, _: unknown, { headers }: AuthContext) => enter(this.#o.authenticate, token, headers);
    for (const machine of this.#o.machines) {
      server.define(
        machine.name,
        class extends DurableRoom {
          static override hosting = hosting;
          static override onAuth = onAuth;
        },
      );
    }
  }

  /** Proof of life, and every room that wants to be looked after. Resolves when all of those were tried. */
  async start(): Promise<void> {
    await this.#o.store.alive(this.#o.owner, this.#o.now());
    this.#timers = [
      setInterval(() => void this.#beat(), ALIVE_MS),
      setInterval(() => {
        for (const room of this.#rooms.values()) if (room.connections.size > 0) room.clock.tick();
      }, COLYSEUS_CLOCK_MS),
    ];
    const records = await this.#o.store.list();
    const due = records.filter(
      (r) => !r.aside && (r.unsettled || (r.deadline ?? Number.POSITIVE_INFINITY) <= this.#o.now()),
    );
    await this.#wakeAll(due.map(({ room }) => room));
  }

  /** Flush, snapshot, close: what is open can go on in the next process. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#waking.values());
    await Promise.all([...this.#rooms.values()].map((room) => this.#unload(room, 'idle')));
    await Promise.all(this.#unloading.values());
    const { store, owner, now, log } = this.#o;
    await store.alive(owner, now()).catch((error: Error) => {
      log.error({ reason: error.message }, 'the last proof of life was not written');
    });
  }

  /** Opens a new room. Throws a ZodError when `config` does not fit the machine. */
  async create(machine: AnyMachine, room: string, config: unknown): Promise<'created' | 'exists'> {
    const opening = await openNew(this.#o, machine, room, config);
    if (opening === 'exists') return opening;
    await this.#host(opening, room, machine);
    return 'created';
  }

  /** Makes sure the room is here; a refusal when there is none, or it cannot be had now. */
  wake(room: string): Promise<RefusalCode | undefined> {
    if (this.#closing) return Promise.resolve('moved');
    if (this.#o.plain?.has(room)) return Promise.resolve(undefined);
    const loaded = this.#rooms.get(room);
    if (loaded && !loaded.moving) {
      loaded.use();
      return Promise.resolve(undefined);
    }
    let waking = this.#waking.get(room);
    if (!waking) {
      waking = this.#wake(room).finally(() => this.#waking.delete(room));
      this.#waking.set(room, waking);
    }
    return waking;
  }

  /** As `wake`, for a socket that waits: gives up with `room-restoring` while the restore goes on. */
  async wakeSoon(room: string): Promise<RefusalCode | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<RefusalCode>((resolve) => {
      timer = setTimeout(() => resolve('room-restoring'), WAKE_LIMIT_MS);
    });
    return Promise.race([this.wake(room), late]).finally(() => clearTimeout(timer));
  }

  loaded(room: string): DurableRoom | undefined {
    return this.#rooms.get(room);
  }
  all(): IterableIterator<DurableRoom> {
    return this.#rooms.values();
  }

  /** A command from outside any socket; the same key again gets the same answer. Ends in the same door. */
  async submit(room: string, { player, roles, type, payload, key }: Submission): Promise<Reply> {
    const refused = await this.wake(room);
    if (refused) return { ok: false, code: refused };
    const { door } = this.#rooms.get(room) as DurableRoom;
    const [reply] = await door.submit({ player, roles, outbox: `${REST_OUTBOX}${key}` }, [{ id: 1, type, payload }]);
    return reply as Reply;
  }

  /** Closes the sockets of a login that was ended. */
  endLogin(login: string): void {
    for (const room of this.#rooms.values()) room.attendance.endLogin(login);
  }

  /** The room is over for good; `keep` leaves its log as a replay. */
  async end(room: string, keep: boolean): Promise<void> {
    if (await this.wake(room)) return;
    const loaded = this.#rooms.get(room) as DurableRoom;
    await this.#unload(loaded, 'idle', CLOSE.roomEnded);
    await this.#end(loaded.journal, keep);
  }

  #opening(room: string): Opening {
    const opening = this.#openings.get(room);
    if (!opening) throw new Error(`nothing was prepared for room ${room}`);
    this.#openings.delete(room);
    return opening;
  }

  async #wake(room: string): Promise<RefusalCode | undefined> {
    await this.#unloading.get(room);
    const record = await this.#o.store.find(room);
    if (!record) return 'no-such-room';
    if (record.ended) return 'room-ended';
    if (record.aside) return 'room-aside';
    const machine = this.#o.machines.find(({ name }) => name === record.machine);
    if (!machine) return 'room-aside';
    const opening = await takeOver(this.#o, machine, record);
    if (typeof opening === 'string') return opening;
    await this.#host(opening, room, machine);
    return undefined;
  }

  async #host(opening: Opening, room: string, machine: AnyMachine): Promise<void> {
    this.#openings.set(room, opening);
    await matchMaker.handleCreateRoom(machine.name, {}, undefined, room);
  }

  #unload(room: DurableRoom, why: Ending, code: number = CLOSE.retry): Promise<void> {
    const { roomId: id } = room;
    const running = this.#unloading.get(id);
    if (running) return running;
    let over = false;
    const unloading = room
      .unload(code)
      .then(async () => {
        const end = why === 'idle' && !this.#closing ? endOf(room.replica) : undefined;
        if (end) await this.#end(room.journal, end.keep);
        over = end !== undefined;
      })
      .catch((error: Error) => {
        this.#o.log.error({ room: id, reason: error.message }, 'unloading a room failed');
        this.#neglected.add(id);
      })
      .then(() => {
        this.#rooms.delete(id);
        this.#unloading.delete(id);
        this.#o.changed?.(id);
        if (over) this.#o.ended?.(id);
        // A failed room is brought back at once: its players are dialling.
        if (why === 'failed' && !this.#closing) void this.#wakeAll([id]);
      });
    this.#unloading.set(id, unloading);
    return unloading;
  }

  async #end(journal: Journal, keep: boolean): Promise<void> {
    this.#o.steps('end:before');
    await journal.end(keep);
    this.#o.steps('end:after');
  }

  async #beat(): Promise<void> {
    const { store, owner, now, log } = this.#o;
    try {
      for (const room of [...this.#rooms.values()]) room.sweep();
      await store.alive(owner, now());
      // The first ones may be those that are here.
      const due = await store.due(now(), RESTORES + this.#rooms.size);
      const late = [...this.#neglected];
      this.#neglected.clear();
      await this.#wakeAll([...late, ...due.map(({ room }) => room)].filter((room) => !this.#rooms.has(room)));
    } catch (error) {
      log.error({ reason: (error as Error).message }, 'the heartbeat failed');
    }
  }

  async #wakeAll(rooms: readonly string[]): Promise<void> {
    const left = [...rooms];
    const worker = async () => {
      for (let room = left.shift(); room !== undefined; room = left.shift()) {
        await this.wake(room).catch((error: Error) => {
          this.#o.log.error({ room, reason: error.message }, 'a room could not be restored');
          this.#neglected.add(room);
        });
      }
    };
    await Promise.all(Array.from({ length: RESTORES }, worker));
  }
}

/** Whether nothing more can happen in a room that nobody is in: it was played, or all left before it was. */
function endOf({ endedAt, outcomes, machine, seats }: Replica): { keep: boolean } | undefined {
  if (endedAt > 0) return outcomes.length === 0 ? { keep: machine.keeps === 'log' } : undefined;
  return machine.keeps === 'log' && seats.held().length === 0 ? { keep: false } : undefined;
}
