/**
 * The durable rooms of one process: creates them, wakes the ones that sleep, unloads the idle, and finds the
 * one that a command or a question is for.
 */
import type { AuthContext, Server } from '@colyseus/core';
import { DurableRoom } from '#rooms/DurableRoom.ts';
import { endOf } from '#rooms/host/end-of.ts';
import { enter } from '#rooms/host/enter.ts';
import type { HostedRooms } from '#rooms/host/hosted-rooms.ts';
import type { Ending, Hosting } from '#rooms/host/hosting.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import type { Journal } from '#rooms/host/journal.ts';
import { type MembershipView, SINGLE_NODE } from '#rooms/host/membership-view.ts';
import { type Opening, openNew, quarantine, takeOver } from '#rooms/host/opening.ts';
import { Openings } from '#rooms/host/openings.ts';
import { inParallel, oneByOne } from '#rooms/host/parallel.ts';
import { restorable } from '#rooms/host/restorable.ts';
import type { DirectoryOptions, Questions } from '#rooms/host/room-ports.ts';
import type { Submission } from '#rooms/host/submission.ts';
import { RESTORES, Supervisor } from '#rooms/host/supervisor.ts';
import { REST_OUTBOX } from '#rooms/kernel/ledger.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { JournalError, type RoomRecord } from '#rooms/ports.ts';
import { CLOSE, type Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

const WAKE_LIMIT_MS = 5_000;

export class Directory {
  readonly #o: DirectoryOptions & Questions;
  readonly #rooms: HostedRooms;
  readonly #openings = new Openings();
  readonly #waking = new Map<string, Promise<RefusalCode | undefined>>();
  readonly #unloading = new Map<string, Promise<void>>();
  readonly #supervisor: Supervisor;
  /** Rooms whose last restore did not end: one at a time, so that the next crash counts against one. */
  readonly #suspects = oneByOne();
  #closing = false;
  #closed: Promise<void> | undefined;

  constructor(options: DirectoryOptions) {
    this.#o = { ...options, ...options.questions?.(this) };
    this.#rooms = options.rooms;
    this.#supervisor = new Supervisor({
      ports: options,
      membership: this.#membership,
      rooms: this.#rooms,
      wake: (room) => this.wake(room),
    });
  }

  get #membership(): MembershipView {
    return this.#o.membership ?? SINGLE_NODE;
  }

  /** Tells Colyseus of every machine. */
  define(server: Server): void {
    const hosting: Hosting = {
      ports: this.#o,
      opening: (room) => this.#openings.take(room),
      opened: (room) => {
        this.#rooms.set(room.roomId, room);
      },
      changed: (room) => this.#rooms.changed(room.roomId),
      unload: (room, why, fault) => {
        const next = fault === undefined ? undefined : () => quarantine(this.#o, room.replica.genesis, fault);
        inBackground(this.#o.log, 'unload', this.#unload(room, why, CLOSE.retry, next));
      },
      mayRun: () => this.#membership.steady,
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

  /** Resolves when every room that wants to be looked after was tried. */
  start(): Promise<void> {
    return this.#supervisor.start();
  }

  /** Looks after the rooms of those who died. */
  adopt(): Promise<void> {
    return this.#supervisor.adopt();
  }

  /** Whose the rooms are is not sure: they stay silent, and their sockets stay. */
  pause(): void {
    for (const room of this.#rooms.values()) room.pause();
  }
  resume(): void {
    for (const room of this.#rooms.values()) room.resume();
  }

  /**
   * Flush, snapshot, close: what is open can go on in the next process. `next` is told of each room when it can
   * be taken, before its clients are. Once `late` says so, the rooms that are left are only closed: their logs have
   * it all. When this resolves, nothing here uses the store any more. Done once, however often it is asked for.
   */
  close(next?: (room: string) => Promise<void>, late?: AbortSignal): Promise<void> {
    this.#closed ??= this.#close(next, late);
    return this.#closed;
  }

  async #close(next?: (room: string) => Promise<void>, late?: AbortSignal): Promise<void> {
    this.#closing = true;
    this.#supervisor.stop();
    await Promise.allSettled(this.#waking.values());
    const { store, owner, now, log } = this.#o;
    const give = async (room: string) => {
      await store.alive(owner, now());
      await next?.(room);
    };
    await inParallel(RESTORES, this.#rooms.values(), (room) =>
      late?.aborted
        ? this.#unload(room, 'late')
        : this.#unload(room, 'idle', CLOSE.retry, next && (() => give(room.roomId))),
    );
    await Promise.all(this.#unloading.values());
    await store.alive(owner, now()).catch((error: Error) => {
      log.error({ reason: error.message }, 'proof of life not written');
    });
  }

  /** Opens a new room. Throws a ZodError when `config` does not fit the machine. */
  async create(machine: AnyMachine, room: string, config: unknown): Promise<'created' | 'exists'> {
    const opening = await openNew(this.#o, machine, room, config);
    if (opening === 'exists') return opening;
    const hosting = this.#host(opening, room, machine).then(() => undefined);
    await this.#asWaking(room, hosting);
    return 'created';
  }

  /** Makes sure the room is here; a refusal when there is none, or it cannot be had now. */
  wake(room: string): Promise<RefusalCode | undefined> {
    if (this.#closing) return Promise.resolve('moved');
    if (this.#o.plain?.has(room)) return Promise.resolve(undefined);
    // One that opens is here before the library knows of it, and until then lets nobody in.
    const waking = this.#waking.get(room);
    if (waking) return waking;
    const loaded = this.#rooms.get(room);
    if (loaded && !loaded.moving) {
      loaded.use();
      return Promise.resolve(undefined);
    }
    return this.#once(room);
  }

  /** Takes a room that `from` gives up; as `wake` otherwise. */
  async take(room: string, from: string): Promise<RefusalCode | undefined> {
    await this.#waking.get(room); // of somebody who may not take it yet
    if (this.#closing) return 'moved';
    return this.#rooms.has(room) ? undefined : this.#once(room, from);
  }

  /** Another process has claimed the room. */
  async lose(room: string, epoch: number): Promise<void> {
    const loaded = this.#rooms.get(room);
    if (!loaded || loaded.journal.claim.epoch >= epoch) return;
    await loaded.sequencer.stop();
    await this.#unload(loaded, 'fenced');
  }

  #once(room: string, from?: string): Promise<RefusalCode | undefined> {
    return this.#waking.get(room) ?? this.#asWaking(room, this.#wake(room, from));
  }

  #asWaking(room: string, opening: Promise<RefusalCode | undefined>): Promise<RefusalCode | undefined> {
    const waking = opening.finally(() => this.#waking.delete(room));
    this.#waking.set(room, waking);
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
  get size(): number {
    return this.#rooms.size;
  }

  /** A command from outside any socket; the same key again gets the same answer. Ends in the same gate. */
  async submit(room: string, { type, payload, key, ...sender }: Submission): Promise<Reply> {
    const refused = await this.wake(room);
    if (refused) return { ok: false, code: refused };
    const loaded = this.#rooms.get(room);
    if (!loaded) return { ok: false, code: 'moved' };
    const [reply] = await loaded.gate.submit({ ...sender, outbox: `${REST_OUTBOX}${key}` }, [{ id: 1, type, payload }]);
    return reply as Reply;
  }

  /** Closes the sockets of a session that was ended, or of a player none of whose liveness is good any more. */
  signOut(ended: Parameters<DurableRoom['seatPresence']['signOut']>[0]): void {
    for (const room of this.#rooms.values()) room.seatPresence.signOut(ended);
  }

  /** The room is over for good; `keep` leaves its log as a replay. */
  async end(room: string, keep: boolean): Promise<{ refused: RefusalCode } | null> {
    const refused = await this.wake(room);
    if (refused) return { refused };
    const loaded = this.#rooms.get(room);
    if (!loaded) return { refused: 'moved' };
    await this.#unload(loaded, 'idle', CLOSE.roomEnded);
    await this.#end(loaded.journal, keep);
    return null;
  }

  async #wake(room: string, from: string | undefined): Promise<RefusalCode | undefined> {
    await this.#unloading.get(room);
    try {
      const record = await this.#o.store.find(room);
      return record ? await this.#restore(record, from) : await this.#found(room);
    } catch (error) {
      if (!(error instanceof JournalError) || error.fate === 'misplaced') throw error;
      return error.fate === 'fenced' ? 'moved' : 'paused';
    }
  }

  async #found(room: string): Promise<RefusalCode | undefined> {
    const machine = this.#o.permanent?.get(room);
    if (!machine) return 'no-such-room';
    const opening = await openNew(this.#o, machine, room, {});
    if (opening === 'exists') return 'moved'; // another process was faster
    await this.#host(opening, room, machine);
    return undefined;
  }

  async #restore(record: RoomRecord, from: string | undefined): Promise<RefusalCode | undefined> {
    const { room } = record;
    const machine = await restorable(this.#o, this.#membership, record, from);
    if (typeof machine === 'string') return machine;
    const opening = await takeOver(this.#o, machine, record, this.#suspects);
    if (typeof opening === 'string') return opening;
    await this.#host(opening, room, machine);
    return undefined;
  }

  async #host(opening: Opening, room: string, machine: AnyMachine): Promise<void> {
    try {
      await this.#openings.open(machine.name, room, opening);
    } catch (error) {
      // A room that is known here alone could not be joined.
      await this.#rooms.get(room)?.abandon();
      this.#rooms.delete(room);
      throw error;
    }
  }

  #unload(room: DurableRoom, why: Ending, code: number = CLOSE.retry, next?: () => Promise<void>): Promise<void> {
    const { roomId: id } = room;
    const running = this.#unloading.get(id);
    if (running) return running;
    if (why === 'fenced') this.#o.meter.fenced();
    const unloading = room
      .unload(code, next, why === 'late')
      .then(async () => {
        const end = why === 'idle' && !this.#closing ? endOf(room.replica) : undefined;
        if (!end) return;
        await this.#o.ending?.(id);
        await this.#end(room.journal, end.keep);
      })
      .catch((error: Error) => {
        this.#o.log.error({ room: id, reason: error.message }, 'unloading a room failed');
        this.#supervisor.neglect(id);
      })
      .then(() => {
        this.#rooms.delete(id);
        this.#unloading.delete(id);
        // A failed room is brought back at once: its players are dialling.
        if (why === 'failed' && !this.#closing) inBackground(this.#o.log, 'restore', this.#supervisor.wakeAll([id]));
      });
    this.#unloading.set(id, unloading);
    return unloading;
  }

  async #end(journal: Journal, keep: boolean): Promise<void> {
    this.#o.steps('end:before');
    await journal.end(keep);
    this.#o.steps('end:after');
  }
}
