/**
 * The only writer of a room. A batch, one at a time:
 *  1. take the queued commands    2. stamp them    3. append them as one journal entry
 *  4. in one synchronous block: apply, show, answer    5. run the effects after the batch
 * The room in memory is never ahead of its log. While it is paused no batch runs, and commands stay queued.
 */
import type { Journal } from '#rooms/host/journal.ts';
import { PlayClock } from '#rooms/host/play-clock.ts';
import type { Trace } from '#rooms/host/trace.ts';
import type { Batch, LogCommand } from '#rooms/kernel/log.ts';
import type { Applied, Replica } from '#rooms/kernel/replica.ts';
import { JournalError, type Meter, type Steps } from '#rooms/ports.ts';

/** Most commands in one batch, and in the queue. */
const MAX_BATCH = 256;
export const MAX_QUEUE = 2048;
const HASH_EVERY_MS = 1_000;

export type SequencerOptions = {
  replica: Replica;
  journal: Journal;
  version: string;
  now: () => number;
  /** See `HostClock`. */
  activeTime: () => number;
  steps: Steps;
  meter: Meter;
  trace?: Trace | undefined;
  /** `count` due steps as log commands; idle ones by default. */
  ticks?(count: number): LogCommand[];
  /** Called after a batch was applied and before its answers: views and patch. */
  show(): void;
  /** Called after the answers: deadlines, outcomes, snapshots. */
  after(): void;
  /** Called if the journal or the machine failed: this replica is unusable. */
  fail(error: unknown): void;
  /** Called for an append of unknown fate, with the sequencer paused: read the journal, then `settle`. */
  doubt(): void;
  /** Called when it pauses, and when it resumes (once that is in the log). */
  stands?(still: boolean): void;
};

const idle = (count: number): LogCommand[] => [count === 1 ? { k: 'tick' } : { k: 'tick', n: count }];

type Waiting = { command: LogCommand; correlationId?: string | undefined; done(applied: Applied): void; lost(): void };

export class Sequencer {
  readonly #o: SequencerOptions;
  #queue: Waiting[] = [];
  #ticks = 0;
  #turning: Promise<void> | undefined;
  #stopped = false;
  #paused = false;
  readonly #clock: PlayClock;
  /** Commands of the append whose fate is unknown. */
  #doubtful: Waiting[] | undefined;
  #written: string | undefined;
  #hashedAt = 0;

  constructor(options: SequencerOptions) {
    this.#o = options;
    this.#clock = new PlayClock(options);
  }

  get length(): number {
    return this.#queue.length;
  }
  get stopped(): boolean {
    return this.#stopped;
  }
  get paused(): boolean {
    return this.#paused;
  }
  /** Ms by which playing time is ahead; the next batch corrects it. */
  get skew(): number {
    return this.#clock.skew;
  }
  get isSkewed(): boolean {
    return this.#clock.isSkewed;
  }
  /** True while an append has an unknown fate. */
  get inDoubt(): boolean {
    return this.#doubtful !== undefined;
  }

  /** Queues a command; resolves once it was applied, with `undefined` if the room stopped before. `correlationId` is for the trace. */
  run(command: LogCommand, correlationId?: string): Promise<Applied | undefined> {
    if (this.#stopped) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#queue.push({ command, correlationId, done: resolve, lost: () => resolve(undefined) });
      if (this.#o.replica.machine.rate === undefined || this.#idle) this.#start();
    });
  }

  /** Pauses batches; an append in flight may still succeed, and is then shown. */
  pause(): void {
    this.#ticks = 0;
    if (this.#paused) return;
    this.#paused = true;
    this.#clock.pause();
    this.#o.stands?.(true);
  }

  /** Resumes, logging the gap first: that append also proves that this process still owns the room. */
  resume(): void {
    if (!this.#paused || this.#doubtful || this.#stopped) return;
    this.#paused = false;
    this.#clock.resume();
    this.#resuming = true;
    this.#start();
  }
  /** The next batch begins with `resume`. */
  #resuming = false;

  /** Corrects playing time without any other command. */
  catchUp(): void {
    if (this.#paused || !this.isSkewed) return;
    this.#resuming = true;
    this.#start();
  }

  /** Resolves the append in doubt: `landed` is its batch in the log, if it is there. Stays paused. */
  settle(landed: Batch | undefined): void {
    const waiting = this.#doubtful ?? [];
    this.#doubtful = undefined;
    if (landed) this.#apply(landed, waiting);
    // The correction is measured again.
    else this.#queue.unshift(...waiting.filter(({ command }) => command.k !== 'resume'));
  }

  /** Marks `count` steps as due, which start a batch. */
  tick(count: number): void {
    if (this.paused) return;
    this.#idle = false;
    this.#ticks += count;
    this.#start();
  }

  /** A realtime room without players does not tick: a batch starts when a command arrives. */
  rest(): void {
    this.#idle = true;
    if (this.#queue.length > 0) this.#start();
  }
  #idle = true;

  /** Stops; resolves when the running batch has finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turning;
    for (const waiting of [...(this.#doubtful ?? []), ...this.#queue.splice(0)]) waiting.lost();
  }

  #start(): void {
    if (this.#turning || this.#stopped || this.paused) return;
    // Commands of one frame, and of one turn of the event loop, share a batch.
    this.#turning = Promise.resolve().then(() => this.#turn());
  }

  async #turn(): Promise<void> {
    while (!this.#stopped && !this.paused && (this.#queue.length > 0 || this.#ticks > 0 || this.#resuming)) {
      const now = this.#clock.stamp();
      const taken = this.#queue.splice(0, MAX_BATCH);
      if (this.#resuming || this.#clock.isSkewed) taken.unshift(this.#resume(now));
      this.#o.steps('take');
      const commands = taken.map(({ command }) => command);
      if (this.#ticks > 0) commands.push(...(this.#o.ticks?.(this.#ticks) ?? idle(this.#ticks)));
      this.#ticks = 0;
      try {
        const batch = await this.#append(now, commands);
        if (this.#o.trace) this.#follow(this.#o.trace, taken);
        this.#apply(batch, taken);
      } catch (error) {
        if (error instanceof JournalError && error.fate === 'unknown') {
          this.#doubtful = taken;
          this.pause();
          this.#o.doubt();
          break;
        }
        this.#stopped = true;
        for (const waiting of [...taken, ...this.#queue.splice(0)]) waiting.lost();
        this.#o.fail(error);
        break;
      }
    }
    this.#turning = undefined;
  }

  /** Logs a gap in the process's life before any due command, so that it does not count as playing time. */
  #resume(now: number): Waiting {
    this.#resuming = false;
    const command = { k: 'resume', gap: this.#clock.gap(now) } as const;
    return { command, done: () => this.#o.stands?.(this.paused), lost() {} };
  }

  async #append(now: number, commands: LogCommand[]): Promise<Batch> {
    const { replica, journal, steps, meter, version } = this.#o;
    const batch: Batch = { now, commands };
    if (this.#written !== version) batch.version = version;
    if (replica.verdicts.length > 0) batch.verdicts = replica.verdicts;
    if (batch.now - this.#hashedAt >= HASH_EVERY_MS) {
      batch.hash = replica.hash();
      this.#hashedAt = batch.now;
    }
    steps('stamp');
    const began = performance.now();
    steps('append:before');
    await journal.append(replica.batch + 1, batch);
    steps('append:after');
    meter.appended(performance.now() - began, 1);
    this.#written = version;
    return batch;
  }

  /** Applies a durable batch. */
  #follow(trace: Trace, taken: readonly Waiting[]): void {
    const { genesis, batch, seq } = this.#o.replica;
    const correlationId = taken.flatMap((one) => one.correlationId ?? []);
    if (correlationId.length > 0)
      trace({ room: genesis.room, batch: batch + 1, after: seq, correlationId }, 'commands appended');
  }

  #apply(batch: Batch, taken: Waiting[]): void {
    const { replica, steps, show, after } = this.#o;
    const applied = replica.apply(batch);
    steps('apply:after');
    show();
    steps('show:after');
    taken.forEach((waiting, i) => {
      waiting.done(applied[i] as Applied);
    });
    steps('answer:after');
    after();
  }
}
