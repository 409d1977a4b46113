/**
 * Effects after a batch, off the path of acks: the next wake, delivery of outcomes to the database, snapshots, and
 * settling the room in the journal.
 */

import { inBackground } from '#rooms/host/in-background.ts';
import type { Journal } from '#rooms/host/journal.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import type { Trace } from '#rooms/host/trace.ts';
import { HookFault } from '#rooms/kernel/fault.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { JournalError, type Log, type Outcomes, type Steps } from '#rooms/ports.ts';

/** Delay from a batch to the trimming snapshot of a machine that keeps only its state, ms. */
const TRIM_MS = 100;
const SETTLE_MS = 200;
/** A ticking room is never settled for long, so it is settled when it rests. */
const SETTLE_TICKING_MS = 2_000;
/** Batches between snapshots of a machine that keeps its log. */
const SNAPSHOT_EVERY = 2_000;
const RETRY_MS = { first: 250, most: 15_000 };
/** Retry intervals after a storage refusal, ms; deletions are promised within a second. */
const REWRITE_MS = { first: 250, most: 1_000 };
const MAX_VAIN_WAKES = 10;
const CORRECT_MS = 5_000;
/** The maximum of setTimeout. */
const LONGEST_MS = 2 ** 31 - 1;

export type PostCommitOptions = {
  replica: Replica;
  sequencer: Sequencer;
  journal: Journal;
  version: string;
  outcomes: Outcomes;
  now: () => number;
  steps: Steps;
  log: Log;
  trace?: Trace | undefined;
  /** A room without clients is unloaded after this time, ms. */
  idleMs: number;
  /** Called if the machine failed outside of a command. */
  fail(error: unknown): void;
};

export class PostCommit {
  readonly #o: PostCommitOptions;
  readonly #delivering = new Set<number>();
  #wake: NodeJS.Timeout | undefined;
  #wakeAt: number | undefined;
  #vain = 0;
  #later: NodeJS.Timeout | undefined;
  #snapshotAt: number;
  #settled = -1;
  /** Batch of the last snapshot that was written here. */
  #written = -1;
  #retryMs = REWRITE_MS.first;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: PostCommitOptions) {
    this.#o = options;
    this.#snapshotAt = options.replica.batch;
  }

  /** Called synchronously after every batch; only arms timers. */
  look(): void {
    if (this.#stopped) return;
    this.#armWake();
    for (const { seq } of this.#o.replica.outcomes) this.#deliver(seq);
    this.#soon(this.#pauseMs());
  }

  /** Corrects playing time that is far off before a deadline, since players see the remaining time. */
  correct(): void {
    const { sequencer, replica } = this.#o;
    if (sequencer.paused || Math.abs(sequencer.skew) < CORRECT_MS) return;
    this.#try(() => {
      if (replica.deadlines().some(({ clock }) => clock === 'playTime')) sequencer.catchUp();
    });
  }

  #soon(ms: number): void {
    if (!this.#stopped) this.#later ??= setTimeout(() => this.#write(), ms);
  }

  #pauseMs(): number {
    const { keeps, rate } = this.#o.replica.machine;
    if (keeps === 'state') return TRIM_MS;
    return rate === undefined ? SETTLE_MS : SETTLE_TICKING_MS;
  }

  /** Snapshots and settles a room before it is unloaded or moves; resolves when both are durable. */
  async finish(): Promise<void> {
    this.stop();
    await this.#writing;
    await this.#snapshot();
    await this.#settle();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#wake);
    clearTimeout(this.#later);
  }

  #armWake(): void {
    const at = this.#o.replica.nextWake();
    if (at === this.#wakeAt) return;
    clearTimeout(this.#wake);
    this.#wakeAt = at;
    if (at === undefined) return;
    this.#wake = setTimeout(() => this.#due(at), Math.min(Math.max(0, at - this.#o.now()), LONGEST_MS));
  }

  #due(at: number): void {
    this.#wakeAt = undefined;
    // Timers may fire a millisecond early, and a far deadline exceeds the maximum of one timer.
    if (this.#o.now() < at && !this.#o.sequencer.isSkewed) this.#try(() => this.#armWake());
    else {
      const woken = this.#o.sequencer.run({ k: 'wake' }).then((applied) => applied && this.#woken());
      inBackground(this.#o.log, 'wake', woken);
    }
  }

  /** A wake that leaves a deadline due is a fault of the machine; the host would wake it endlessly. */
  #woken(): void {
    this.#vain = this.#wakeAt !== undefined && this.#wakeAt <= this.#o.replica.now ? this.#vain + 1 : 0;
    if (this.#vain < MAX_VAIN_WAKES || this.#stopped) return;
    this.#o.fail(new HookFault('deadline', `it is due again after each of ${MAX_VAIN_WAKES} wakes`));
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#o.fail(error);
    }
  }

  #deliver(seq: number, retryMs = RETRY_MS.first): void {
    const { replica, outcomes, sequencer, steps, log } = this.#o;
    const outcome = replica.outcomes.find((pending) => pending.seq === seq);
    if (!outcome || this.#delivering.has(seq) || this.#stopped) return;
    this.#delivering.add(seq);
    const { room, journal, machine: game } = replica.genesis;
    steps('outcome:before');
    outcomes.deliver({ ...outcome, room, journal, game }).then(
      () => {
        steps('outcome:after');
        // `confirm` removes it from the ledger; after a crash before that it is delivered again without effect.
        const confirmed = sequencer.run({ k: 'confirm', seq }).then(() => this.#delivering.delete(seq));
        inBackground(log, 'confirm', confirmed);
      },
      (error: Error) => {
        log.warn({ room, reason: error.name, retryMs }, 'outcome not delivered; retrying');
        setTimeout(() => {
          this.#delivering.delete(seq);
          this.#deliver(seq, Math.min(retryMs * 2, RETRY_MS.most));
        }, retryMs).unref();
      },
    );
  }

  #write(): void {
    const { replica } = this.#o;
    this.#later = undefined;
    const due = replica.machine.keeps === 'state' || replica.batch - this.#snapshotAt >= SNAPSHOT_EVERY;
    this.#writing = this.#writing
      .then(async () => {
        if (due) await this.#snapshot();
        await this.#settle();
        this.#retryMs = REWRITE_MS.first;
      })
      // The next append detects a void claim; any other failure is retried, also without another batch.
      .catch((error: Error) => {
        if (error instanceof JournalError && error.fate === 'fenced') return;
        const retryMs = this.#retryMs;
        const { room } = replica.genesis;
        // Logged once: a full disk may hold the logs too.
        if (retryMs === REWRITE_MS.first)
          this.#o.log.warn({ room, reason: error.message }, 'snapshot not written; retrying');
        this.#retryMs = Math.min(retryMs * 2, REWRITE_MS.most);
        this.#soon(retryMs);
      });
  }

  async #snapshot(): Promise<void> {
    const { replica, journal, version, steps } = this.#o;
    if (replica.batch === this.#snapshotAt && replica.batch > 0) return;
    const { batch } = replica;
    const snapshot = replica.snapshot(version);
    steps('snapshot:before');
    const trim = replica.machine.keeps === 'state';
    await journal.snapshot(batch, snapshot, trim);
    steps('snapshot:after');
    this.#snapshotAt = batch;
    this.#written = batch;
    // Not awaited: it runs at most once a second, and a moving room has players waiting.
    if (trim) this.#scrub();
  }

  #scrub(retryMs = REWRITE_MS.first): void {
    const { replica, journal, log } = this.#o;
    journal.scrub().catch((error: Error) => {
      const { room } = replica.genesis;
      if (retryMs === REWRITE_MS.first) log.warn({ room, reason: error.message }, 'scrub failed; retrying');
      const again = () => this.#scrub(Math.min(retryMs * 2, REWRITE_MS.most));
      if (!this.#stopped) setTimeout(again, retryMs).unref();
    });
  }

  /** Deadline for ending a room that is over or abandoned, in case this owner dies first. */
  #unloadAt(): number | undefined {
    const { replica, now, idleMs } = this.#o;
    const done = replica.machine.keeps === 'log' && (replica.endedAt > 0 || replica.seats.held().length === 0);
    return done ? now() + 2 * idleMs : undefined;
  }

  /** Not while an outcome is undelivered: an unsettled room is woken by any successor. */
  async #settle(): Promise<void> {
    const { replica, journal, steps, trace } = this.#o;
    if (replica.outcomes.length > 0 || replica.batch === this.#settled) return;
    const { batch } = replica;
    steps('settle:before');
    // A snapshot of this batch needs no further proof.
    const proof = batch === this.#written ? undefined : replica.proof();
    await journal.settle(batch, replica.nextWake() ?? this.#unloadAt(), proof);
    steps('settle:after');
    this.#settled = batch;
    trace?.({ room: replica.genesis.room, batch }, 'room settled');
  }
}
