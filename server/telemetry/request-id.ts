/** One id for a request or a socket, on every process that it passes, so that one search finds what became of it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const HEADER = 'x-request-id';
/** What a UUID or a trace id looks like: too short for a token, and no room for a sentence. */
const SAFE = /^[A-Za-z0-9-]{8,64}$/;

/** The one that came with it, if that is safe to write down, or a fresh one; from then on it is in its headers. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[HEADER];
  const id = typeof given === 'string' && SAFE.test(given) ? given : randomUUID();
  headers[HEADER] = id;
  return id;
}
