/**
 * Proofs that a call and its answer come from a process that has the shared key. The proof of a call is for one
 * receiver, one content, one moment of the clock that all processes share, and is accepted once; the proof of an
 * answer is for that one call.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A call may be this old, or this far ahead. */
const WINDOW_MS = 30_000;
export const AT = 'x-parlor-at';
export const TO = 'x-parlor-to';
export const NONCE = 'x-parlor-nonce';
export const PROOF = 'x-parlor-proof';

const AT_FORM = /^\d{1,16}$/;
const NONCE_FORM = /^[\w-]{16,64}$/;

export type Call = { name: string; body: Uint8Array };
export type Stamp = { at: string; nonce: string; to: string };
/**
 * `missing`: no proof at all. `clock`: not within the window. `key`: made with another key, or for something else.
 * `receiver`: for another process, such as the one that had this address before.
 */
export type Refusal = 'missing' | 'clock' | 'key' | 'receiver' | 'replayed';

export function proveCall(key: Uint8Array, { name, body }: Call, { at, nonce, to }: Stamp): string {
  return hmac(key, ['call', at, nonce, to, name, digest(body)]);
}

export function proveAnswer(key: Uint8Array, nonce: string, status: number, body: Uint8Array): string {
  return hmac(key, ['answer', nonce, String(status), digest(body)]);
}

/** Takes as long for any two texts of one length; other lengths and characters are merely different. */
export function same(own: string, given: string): boolean {
  const [a, b] = [Buffer.from(own), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Judges the calls that one receiver gets. `now`: the shared clock. */
export function createJudge(key: Uint8Array, id: string, now: () => number) {
  /** Accepted nonces, oldest first, until their calls would be refused for their age. */
  const accepted = new Map<string, number>();

  function isFresh(at: string): boolean {
    return Math.abs(now() - Number(at)) <= WINDOW_MS;
  }

  return {
    /** What can be said before the body is read. */
    missing(headers: IncomingHttpHeaders): boolean {
      const { [AT]: at, [NONCE]: nonce, [PROOF]: proof } = headers;
      return !AT_FORM.test(String(at)) || !NONCE_FORM.test(String(nonce)) || proof === undefined;
    },
    /** Undefined for a proven call, which is thereby used up. */
    judge(call: Call, headers: IncomingHttpHeaders): Refusal | undefined {
      const [at, nonce, to] = [AT, NONCE, TO].map((name) => String(headers[name])) as [string, string, string];
      if (!same(proveCall(key, call, { at, nonce, to }), String(headers[PROOF]))) return 'key';
      if (to !== id) return 'receiver';
      if (!isFresh(at)) return 'clock';
      if (accepted.has(nonce)) return 'replayed';
      for (const [old, until] of accepted) {
        if (until > now()) break;
        accepted.delete(old);
      }
      accepted.set(nonce, now() + 2 * WINDOW_MS);
      return undefined;
    },
  };
}

function hmac(key: Uint8Array, said: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(said)).digest('base64url');
}

const digest = (body: Uint8Array) => createHash('sha256').update(body).digest('base64url');
