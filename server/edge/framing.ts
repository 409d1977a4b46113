/**
 * The framing of a message is rebuilt for each hop from the parsed message: a framing header of one side is never copied
 * to the other.
 */
import type { IncomingMessage } from 'node:http';
import type { RawHeaders } from '#server/edge/headers.ts';

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Framing of the request to a member. `body`: present if it was read already. */
export function requestFraming(request: IncomingMessage, body: Buffer | undefined): RawHeaders {
  if (body) return ['Content-Length', String(body.length)];
  if (request.headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  if (hasBody(request)) return ['Content-Length', String(Number(request.headers['content-length']))];
  return request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH'
    ? ['Content-Length', '0']
    : [];
}

/** Framing of the answer to the client; without a length, Node chunks it. */
export function answerFraming(answer: IncomingMessage): RawHeaders {
  const { statusCode, headers } = answer;
  const length = headers['content-length'];
  if (length === undefined || statusCode === 204 || statusCode === 304) return [];
  return ['Content-Length', String(Number(length))];
}

/** True if the answer must not have a body, whatever its headers announce. */
export function mayBeMisread({ method }: IncomingMessage, answer: IncomingMessage): boolean {
  return method === 'HEAD' || ((answer.statusCode === 204 || answer.statusCode === 304) && hasBody(answer));
}
