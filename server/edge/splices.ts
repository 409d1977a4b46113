/** Every splice of this edge, by room: cut when the room has a new owner, and when the edge stops. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Claims } from '#server/edge/claims.ts';
import type { Cut, EdgeMetrics } from '#server/edge/metrics.ts';
import { overrules, type Where } from '#server/edge/reach.ts';
import type { Splice } from '#server/edge/splice.ts';

/** Sockets are cut in portions, so that their clients do not all reconnect at once. */
const PORTION_MS = 50;

type Tie = Where & { splice: Splice };

export class Splices {
  readonly #rooms = new Map<string, { ties: Set<Tie>; unfollow: () => void }>();
  readonly #claims: Claims;
  readonly #metrics: EdgeMetrics;

  constructor(claims: Claims, metrics: EdgeMetrics) {
    this.#claims = claims;
    this.#metrics = metrics;
  }

  get size(): number {
    let size = 0;
    for (const { ties } of this.#rooms.values()) size += ties.size;
    return size;
  }

  rooms(): string[] {
    return [...this.#rooms.keys()];
  }

  add(room: string, where: Where, splice: Splice): void {
    const kept = this.#rooms.get(room) ?? this.#open(room);
    const tie = { ...where, splice };
    kept.ties.add(tie);
    const over = () => {
      kept.ties.delete(tie);
      if (kept.ties.size > 0 || this.#rooms.get(room) !== kept) return;
      kept.unfollow();
      this.#rooms.delete(room);
    };
    splice.closed.then(over, over);
  }

  /** Cuts the clients of a former owner, which reconnect to the new one. */
  claimed(room: string, owner: string, epoch: number): void {
    for (const tie of this.#rooms.get(room)?.ties ?? []) {
      if (overrules({ owner, epoch }, tie)) this.#cut(tie, 'claimed');
    }
  }

  /** For rooms that exist on every process there is no claim when their process freezes or vanishes. */
  missed(alive: ReadonlySet<string>): void {
    for (const { ties } of this.#rooms.values())
      for (const tie of ties) if (tie.everywhere && !alive.has(tie.member.id)) this.#cut(tie, 'missed');
  }

  /** All of them, spread over about `ms`. */
  async drain(ms: number): Promise<void> {
    const ties = [...this.#rooms.values()].flatMap((kept) => [...kept.ties]);
    const portion = Math.ceil((ties.length * PORTION_MS) / Math.max(ms, PORTION_MS));
    for (let n = 0; n < ties.length; n += portion) {
      for (const tie of ties.slice(n, n + portion)) this.#cut(tie, 'drain');
      if (n + portion < ties.length) await pause(PORTION_MS);
    }
    await Promise.all(ties.map(({ splice }) => splice.closed));
  }

  #open(room: string): { ties: Set<Tie>; unfollow: () => void } {
    const unfollow = this.#claims.follow(room, ({ owner, epoch }) => this.claimed(room, owner, epoch));
    const opened = { ties: new Set<Tie>(), unfollow };
    this.#rooms.set(room, opened);
    return opened;
  }

  #cut({ splice }: Tie, why: Cut): void {
    this.#metrics.cut(why);
    splice.cut();
  }
}
