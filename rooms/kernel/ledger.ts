/**
 * The host's durable data beside the machine's state: seats, recorded answers to commands, clocks, and unconfirmed
 * outcomes. Rebuilt from the log like the state; bounded in every part.
 */

import type { Result } from '#rooms/kernel/machine.ts';
import type { Reply } from '#schema/protocol.ts';
import { OUTBOX_WINDOW } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** A seat outlives its connection. `generation` makes old reconnection tokens void. */
export type Seat = {
  player: string;
  /** Colyseus sessionId of the connection that took the seat last; `''` for the bot. */
  connectionId: string;
  session: string;
  /** The client's own id; `''` without one. Unlike `connectionId` it survives lost joins. */
  holder: string;
  generation: number;
  connected: boolean;
  /** playTime ms of the disconnection. */
  droppedAt: number;
};

export type Answered = { id: number; fingerprint: string; reply: Reply };
/** Commands of one outbox: ids are contiguous, `next` is expected. */
export type Outbox = { player: string; next: number; answers: Answered[] };
export type PendingOutcome = Result & { seq: number; players: string[]; startedAt: number; endedAt: number };

export type Ledger = {
  seq: number;
  tick: number;
  /** Batches applied; the next has number `batch + 1`. */
  batch: number;
  now: number;
  /** Wall ms minus playTime ms. */
  offset: number;
  generations: number;
  seats: (Seat | null)[];
  outboxes: [string, Outbox][];
  outcomes: PendingOutcome[];
  /** Refusals of the last batch: [seq, code]. The next batch records them, so that a replay can compare. */
  verdicts: [number, RefusalCode][];
  /** Counts of faulting commands by player, the newest last; bounded. */
  faults: [string, number][];
  /** Seq of the result; 0 without one. */
  endedAt: number;
};

/** Largest number of players whose faults are counted. */
const MAX_FAULTY = 100;
const MAX_OUTBOXES = 1024;
const MAX_OUTBOXES_PER_PLAYER = 8;

export function emptyLedger(now: number): Ledger {
  return {
    seq: 0,
    tick: 0,
    batch: 0,
    now,
    offset: now,
    generations: 0,
    seats: [],
    outboxes: [],
    outcomes: [],
    verdicts: [],
    faults: [],
    endedAt: 0,
  };
}

/** The number of this player's faulting commands. */
export function faultsOf(faults: Ledger['faults'], player: string): number {
  return faults.find(([who]) => who === player)?.[1] ?? 0;
}

export function withFault(faults: Ledger['faults'], player: string): Ledger['faults'] {
  const others = faults.filter(([who]) => who !== player).slice(1 - MAX_FAULTY);
  return [...others, [player, faultsOf(faults, player) + 1]];
}

/** Records the result for delivery. */
export function finished(
  ledger: Ledger,
  { winners, ending, players }: Result & { players: string[] },
  startedAt: number,
): void {
  const { seq, now } = ledger;
  ledger.endedAt = seq;
  ledger.outcomes.push({ winners: [...winners], ending, seq, players, startedAt, endedAt: now });
}

/** Outboxes of REST writes are named by their idempotency key. */
export const REST_OUTBOX = 'rest:';
const isRest = (outbox: string) => outbox.startsWith(REST_OUTBOX);

/** The live form of the ledger's outboxes: a Map in order of last use, so that the oldest go first. */
export class Outboxes {
  readonly #boxes: Map<string, Outbox>;

  constructor(entries: [string, Outbox][]) {
    this.#boxes = new Map(entries.map(([id, box]) => [id, { ...box, answers: [...box.answers] }]));
  }

  get(id: string): Outbox | undefined {
    return this.#boxes.get(id);
  }

  /** Records the answer to `id` of an outbox, and expects the next id. */
  answer(outbox: string, player: string, answered: Answered): void {
    const box = this.#boxes.get(outbox) ?? { player, next: 1, answers: [] };
    box.next = answered.id + 1;
    box.answers.push(answered);
    if (box.answers.length > OUTBOX_WINDOW) box.answers.shift();
    this.#boxes.delete(outbox);
    this.#boxes.set(outbox, box);
    this.#trim(outbox, player);
  }

  /** A player's sockets and REST writes have separate bounds: a burst of posts must not evict a live page's outbox. */
  #trim(outbox: string, player: string): void {
    const same = (id: string, box: Outbox) => box.player === player && isRest(id) === isRest(outbox);
    let own = 0;
    for (const [id, box] of this.#boxes) if (same(id, box)) own++;
    for (const [id, box] of this.#boxes) {
      if (own <= MAX_OUTBOXES_PER_PLAYER && this.#boxes.size <= MAX_OUTBOXES) return;
      if (this.#boxes.size <= MAX_OUTBOXES && !same(id, box)) continue;
      this.#boxes.delete(id);
      if (same(id, box)) own--;
    }
  }

  entries(): [string, Outbox][] {
    return [...this.#boxes];
  }
}
