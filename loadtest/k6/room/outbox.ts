/**
 * Commands on their way, go-back-N as every client of Parlor does it, and what must be true of their answers. Pure:
 * what is wrong is returned, not thrown.
 */
import { OUTBOX_WINDOW } from './wire.ts';

export type Reply =
  | { ok: true; seq: number }
  | { ok: false; code: string; seq?: number; expect?: number; retryAfterMs?: number };
export type Submit = { first: number; commands: { type: string; payload?: unknown }[] };

/** What a load test must never see. */
export type Wrong = { kind: string; detail: string };

/** Refusals that consume nothing: `schema/refusals.ts` marks them as passing; a test holds the two together. */
export const PASSING: readonly string[] = [
  'busy',
  'rate',
  'paused',
  'moved',
  'gap',
  'not-resumed',
  'identity-away',
  'under-way',
  'room-restoring',
];
const RETRY_MS = 150;

type Entry = { id: number; type: string; payload: unknown; resolve(reply: Reply): void };
export type Verdict = { next: 'go-on' | 'resume' } | { next: 'wait'; ms: number };

export class Outbox {
  readonly id: string;
  /** Place in the log of the last command that was answered. */
  acked = 0;
  private next = 1;
  private readonly entries: Entry[] = [];

  constructor(id: string) {
    this.id = id;
  }

  /** The oldest id that is not answered. */
  private get first(): number {
    return this.entries[0]?.id ?? this.next;
  }

  push(type: string, payload: unknown): Promise<Reply> {
    return new Promise((resolve) => {
      this.entries.push({ id: this.next++, type, payload, resolve });
    });
  }

  window(): Submit | undefined {
    if (this.entries.length === 0) return undefined;
    const commands = this.entries.slice(0, OUTBOX_WINDOW).map(({ type, payload }) => ({ type, payload }));
    return { first: this.first, commands };
  }

  /** The room expects `expect` next: an id that was answered must never be asked for again, nor one that was never sent. */
  resumed(expect: number): Wrong | undefined {
    if (expect < this.first) {
      return { kind: 'lost', detail: `commands ${expect} to ${this.first - 1} were answered, and are expected again` };
    }
    if (expect <= this.next) return undefined;
    return { kind: 'ids', detail: `command ${expect} is expected, but ${this.next} was never sent` };
  }

  /** Takes the replies to `sent` in order, up to the first that is only a refusal for now. */
  answered(sent: Submit, replies: readonly Reply[]): { verdict: Verdict; wrong: Wrong | undefined } {
    let wrong: Wrong | undefined;
    if (replies.length !== sent.commands.length) {
      wrong = { kind: 'reply', detail: `${replies.length} replies to ${sent.commands.length} commands` };
    }
    for (const [i, reply] of replies.entries()) {
      const [entry] = this.entries;
      if (!entry || entry.id !== sent.first + i) continue; // answered before, by an earlier sending
      if (!reply.ok && PASSING.includes(reply.code)) return { verdict: after(reply), wrong };
      this.entries.shift();
      if (reply.seq !== undefined) {
        if (reply.seq <= this.acked) {
          wrong ??= {
            kind: 'order',
            detail: `command ${entry.id} is at ${reply.seq}, the one before at ${this.acked}`,
          };
        }
        this.acked = reply.seq;
      }
      entry.resolve(reply);
    }
    return { verdict: { next: 'go-on' }, wrong };
  }

  /** The room is over: what is not answered ends with `reply`. How many that were. */
  abandon(reply: Reply): number {
    const left = this.entries.splice(0);
    for (const { resolve } of left) resolve(reply);
    return left.length;
  }
}

function after({ code, retryAfterMs }: Extract<Reply, { ok: false }>): Verdict {
  if (code === 'gap' || code === 'not-resumed') return { next: 'resume' };
  return { next: 'wait', ms: retryAfterMs ?? RETRY_MS };
}
