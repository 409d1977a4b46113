/**
 * Where a message ends is stated anew for each hop, from what was parsed: a framing header of one side is never
 * copied to the other.
 */
import type { IncomingMessage } from 'node:http';
import type { RawHeaders } from '#server/edge/headers.ts';

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Of the request for a member. `body`: the one that was read already. */
export function requestFraming(request: IncomingMessage, body: Buffer | undefined): RawHeaders {
  if (body) return ['Content-Length', String(body.length)];
  if (request.headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  if (hasBody(request)) return ['Content-Length', String(Number(request.headers['content-length']))];
  return request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH'
    ? ['Content-Length', '0']
    : [];
}

/** Of the answer for the client; without a length, Node chunks it. */
export function answerFraming(answer: IncomingMessage): RawHeaders {
  const { statusCode, headers } = answer;
  const length = headers['content-length'];
  if (length === undefined || statusCode === 204 || statusCode === 304) return [];
  return ['Content-Length', String(Number(length))];
}

/** Its headers may announce a body that it must not have. */
export function mayBeMisread({ method }: IncomingMessage, answer: IncomingMessage): boolean {
  return method === 'HEAD' || ((answer.statusCode === 204 || answer.statusCode === 304) && hasBody(answer));
}
