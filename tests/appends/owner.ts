/**
 * A process with rooms, as far as its journal knows: Parlor's own sequencer, gate, recovery, takeover and postCommit,
 * without sockets and without leases. It takes any room at any time, so that nothing but the journal keeps two
 * of them apart.
 */

import type { Journal } from '#rooms/host/journal.ts';
import { CommandGate } from '#rooms/host/lanes/command-gate.ts';
import { type Opening, openNew, takeOver } from '#rooms/host/opening.ts';
import { oneByOne } from '#rooms/host/parallel.ts';
import { PostCommit } from '#rooms/host/post-commit.ts';
import { recover } from '#rooms/host/recovery.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { Sequencer } from '#rooms/host/sequencer.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { JournalError } from '#rooms/ports.ts';
import { ARENA } from '#tests/chaos/orders.ts';

/** A state that the room showed. */
export type Shown = { room: string; seq: number; hash: string };

export type Hosted = {
  replica: Replica;
  journal: Journal;
  sequencer: Sequencer;
  gate: CommandGate;
  postCommit: PostCommit;
};

export type OwnerOptions = {
  ports: RoomPorts;
  shown(shown: Shown): void;
  /** Something that only a bug brings about; a sentence. */
  problem(what: string): void;
};

export class Owner {
  readonly #o: OwnerOptions;
  readonly #rooms = new Map<string, Hosted>();
  readonly #taking = new Map<string, Promise<void>>();
  readonly #alone = oneByOne();

  constructor(options: OwnerOptions) {
    this.#o = options;
  }

  /** The room, as far as this process knows; somebody else may have claimed it. */
  hosted(room: string): Hosted | undefined {
    return this.#rooms.get(room);
  }

  async create(room: string): Promise<void> {
    const opening = await openNew(this.#o.ports, ARENA, room, {});
    if (opening !== 'exists') this.#host(room, opening);
  }

  /** Claims the room from whoever has it, unless that is this process. */
  take(room: string): Promise<void> {
    const taking = this.#taking.get(room) ?? this.#take(room).finally(() => this.#taking.delete(room));
    this.#taking.set(room, taking);
    return taking;
  }

  async #take(room: string): Promise<void> {
    const { ports, problem } = this.#o;
    try {
      const record = await ports.store.find(room);
      const hosted = this.#rooms.get(room);
      if (!record || (hosted && hosted.journal.claim.epoch >= record.epoch)) return;
      if (hosted) await this.#drop(room, hosted);
      const opening = await takeOver(ports, ARENA, record, this.#alone);
      if (opening === 'room-quarantined') problem(`${room} was quarantined`);
      if (typeof opening !== 'string') this.#host(room, opening);
    } catch (error) {
      this.#expected(room, error);
    }
  }

  /** As a drain does: flush, snapshot, settle. Whoever comes next takes it. */
  async giveUp(room: string): Promise<void> {
    const hosted = this.#rooms.get(room);
    if (!hosted) return;
    const failed = hosted.sequencer.stopped || hosted.sequencer.inDoubt;
    await hosted.sequencer.stop();
    try {
      if (!failed) await hosted.postCommit.finish();
    } catch (error) {
      this.#expected(room, error);
    }
    await this.#drop(room, hosted);
  }

  async stop(): Promise<void> {
    for (const [room, hosted] of [...this.#rooms]) await this.#drop(room, hosted);
  }

  #host(room: string, { replica, journal, version }: Opening): void {
    const { ports, shown } = this.#o;
    const own = { replica, journal, version, now: ports.now, steps: ports.steps };
    const fail = (error: unknown) => this.#failed(room, hosted, error);
    const sequencer: Sequencer = new Sequencer({
      ...own,
      activeTime: ports.activeTime,
      fail,
      meter: ports.meter,
      show: () => shown({ room, seq: replica.seq, hash: replica.hash() }),
      after: () => postCommit.look(),
      doubt: () => void this.#doubt(room, hosted),
    });
    const gate = new CommandGate({ room, replica, sequencer, authorize: ports.authorize, now: ports.now });
    const { outcomes, log, limits } = ports;
    const postCommit = new PostCommit({ ...own, sequencer, outcomes, log, idleMs: limits.idleMs, fail });
    const hosted = { replica, journal, sequencer, gate, postCommit };
    this.#rooms.set(room, hosted);
    shown({ room, seq: replica.seq, hash: replica.hash() });
  }

  async #doubt(room: string, { replica, journal, sequencer }: Hosted): Promise<void> {
    try {
      await recover({ owner: this.#o.ports.owner, replica, journal, sequencer, mayRun: () => true });
      sequencer.resume();
    } catch (error) {
      await sequencer.stop();
      this.#failed(room, this.#rooms.get(room), error);
    }
  }

  #failed(room: string, hosted: Hosted | undefined, error: unknown): void {
    this.#expected(room, error);
    if (hosted) void this.#drop(room, hosted);
  }

  async #drop(room: string, hosted: Hosted): Promise<void> {
    hosted.postCommit.stop();
    if (this.#rooms.get(room) === hosted) this.#rooms.delete(room);
    await hosted.sequencer.stop();
  }

  /** Being fenced, or not being answered, is what these runs are about. */
  #expected(room: string, error: unknown): void {
    if (error instanceof JournalError && error.fate !== 'misplaced') return;
    this.#o.problem(`${room}: ${error instanceof Error ? error.message : error}`);
  }
}
