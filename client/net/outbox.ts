/**
 * Commands on their way, go-back-N: ids are contiguous, nothing overtakes anything, and after a return all
 * that is not answered goes out again as one batch. The room answers repeats from its ledger.
 */
import type { Pending } from '#client/net/connection.ts';
import { MAX_COMMAND, MAX_PAYLOAD, OUTBOX_WINDOW, type Reply, type SubmitRequest } from '#schema/protocol.ts';
import { isPassing } from '#schema/refusals.ts';

type Entry = Pending & { bytes: number; resolve(reply: Reply): void };

/** What to do after a batch was answered. */
export type Verdict = { next: 'go-on' } | { next: 'wait'; ms: number } | { next: 'resume' };

const RETRY_MS = 150;
const MOST_RETRY_MS = 5_000;
/** Of a window, as JSON: frames are a little longer or shorter, and one too long would be cut for ever. */
const MAX_WINDOW = MAX_PAYLOAD * 0.75;

export class Outbox {
  /** Random per page load: two tabs never share one. */
  id = randomId();
  #nextId = 1;
  #entries: Entry[] = [];
  #refusals = 0;

  get pending(): readonly Pending[] {
    return this.#entries;
  }

  push(type: string, payload: unknown): Promise<Reply> {
    const bytes = new TextEncoder().encode(JSON.stringify([type, payload], sized)).length;
    if (bytes > MAX_COMMAND) return Promise.resolve({ ok: false, code: 'oversized', field: 'payload' });
    return new Promise((resolve) => {
      this.#entries.push({ id: this.#nextId++, type, payload, bytes, resolve });
    });
  }

  /** The oldest that are not answered, as one request; undefined when there is nothing to send. */
  window(): SubmitRequest | undefined {
    const [first] = this.#entries;
    if (!first) return undefined;
    const commands: SubmitRequest['commands'] = [];
    let left = MAX_WINDOW;
    for (const { type, payload, bytes } of this.#entries.slice(0, OUTBOX_WINDOW)) {
      left -= bytes;
      if (left < 0) break;
      commands.push(payload === undefined ? { type } : { type, payload });
    }
    return { first: first.id, commands };
  }

  /** Takes the replies to a window in order, up to the first that is only a refusal for now. */
  answered(request: SubmitRequest, replies: readonly Reply[]): Verdict {
    for (const [i, reply] of replies.entries()) {
      const entry = this.#entries[0];
      if (entry?.id !== request.first + i) continue; // answered before, by an earlier sending
      if (reply.ok || !isPassing(reply.code)) {
        this.#entries.shift();
        this.#refusals = 0;
        entry.resolve(reply);
        continue;
      }
      if (reply.code === 'not-resumed' || reply.code === 'gap') return { next: 'resume' };
      entry.waiting = reply.code;
      const backoff = Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** this.#refusals++);
      return { next: 'wait', ms: reply.retryAfterMs ?? backoff };
    }
    return { next: 'go-on' };
  }

  /**
   * The room expects id `expect`. When it has forgotten this outbox, what is left goes out under a new one:
   * ids below the oldest unanswered were all answered, so nothing can be done twice.
   */
  expected(expect: number): 'same' | 'renewed' {
    const first = this.#entries[0]?.id ?? this.#nextId;
    if (expect >= first) return 'same';
    this.id = randomId();
    this.#nextId = 1;
    for (const entry of this.#entries) entry.id = this.#nextId++;
    return 'renewed';
  }

  /** The room is over for this page: everything unanswered ends with `reply`. */
  abandon(reply: Reply): void {
    for (const entry of this.#entries.splice(0)) entry.resolve(reply);
  }
}

/** Bytes are as long as the room counts them: base64 with a tag. */
function sized(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? '='.repeat(4 * Math.ceil(value.length / 3) + 7) : value;
}

export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
