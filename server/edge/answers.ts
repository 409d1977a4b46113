/** Answers to an upgrade, written on the bare socket: it has no response object. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Status } from '#schema/status.ts';
import { type RawHeaders, towardsClient } from '#server/edge/headers.ts';

/** Largest body of a member's refusal, in bytes. */
const MAX_BODY = 16 * 1024;
const LINGER_MS = 2_000;

/** Sends a refusal and closes the socket. */
export function refuse(socket: Duplex, status: Status): void {
  const { retryAfterSeconds } = status.details ?? {};
  const headers = ['Content-Type', 'application/json; charset=utf-8'];
  if (retryAfterSeconds !== undefined) headers.push('Retry-After', String(retryAfterSeconds));
  hangUp(socket, status.code, headers, Buffer.from(JSON.stringify(status)));
}

/** Forwards a member's answer to a refused upgrade. */
export async function passOn(socket: Duplex, answer: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY) break;
      chunks.push(chunk);
    }
  } catch {
    chunks.length = 0; // aborted: only the status is forwarded
  }
  const headers: RawHeaders = [];
  const given = towardsClient(answer);
  for (let n = 0; n < given.length; n += 2)
    if (/^(?:content-type|retry-after)$/i.test(given[n] ?? '')) headers.push(given[n] ?? '', given[n + 1] ?? '');
  hangUp(socket, answer.statusCode ?? 502, headers, size > MAX_BODY ? Buffer.alloc(0) : Buffer.concat(chunks));
}

/** Upgrades the client's side with the headers of the member's upgrade. */
export function open(socket: Duplex, answer: IncomingMessage): void {
  const headers = ['Connection', 'Upgrade', 'Upgrade', 'websocket', ...towardsClient(answer)];
  socket.write(head(101, headers), 'latin1');
}

function hangUp(socket: Duplex, code: number, headers: RawHeaders, body: Buffer): void {
  const framing = ['Connection', 'close', 'Content-Length', String(body.length)];
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(linger));
  socket.resume();
  socket.write(head(code, [...headers, ...framing]), 'latin1');
  socket.end(body, () => socket.destroy());
}

function head(code: number, headers: RawHeaders): string {
  const lines = [`HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}`];
  for (let n = 0; n < headers.length; n += 2) lines.push(`${headers[n]}: ${headers[n + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
