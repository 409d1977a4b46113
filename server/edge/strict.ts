/**
 * Refuses ambiguous requests. One predicate for requests and upgrades: a refused request never reaches a member, and
 * nothing behind it on its connection is read.
 */
import type { IncomingMessage } from 'node:http';
import { failure, type Status } from '#schema/status.ts';
import { isSoundHost, isTooLong, targetOf } from '#server/edge/target.ts';

/** Tokens that `Connection` may list. Any other would remove a header before it reaches a member. */
const OPTIONS = new Set(['', 'close', 'keep-alive', 'upgrade', 'te', 'http2-settings']);
/** Headers that may occur once only: parsers differ about a second one. */
const ONCE = [
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'idempotency-key',
  'origin',
  'referer',
  'sec-websocket-key',
  'sec-websocket-version',
  'transfer-encoding',
  'upgrade',
];
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Methods whose requests have no body here. */
const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS']);
const BODIED = new Set(['POST', 'PUT', 'PATCH']);
/** Where DELETE takes options in its body. */
const API = /^\/apis\//;
export const METHODS = [...BODILESS, ...BODIED, 'DELETE'];

/** Why this request is refused, or undefined. */
export function oddity(request: IncomingMessage): Status | undefined {
  const { method = '', url = '', headersDistinct: headers, httpVersion } = request;
  if (isTooLong(url)) return failure(414, 'The address is too long.');
  if (!targetOf(url)) return failure(400, 'The address in the request is not well formed.');
  if (!isSoundHost(headers.host)) return failure(400, 'The request needs one Host header with a host name.');
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return failure(400, `HTTP/${httpVersion} is not spoken here.`);
  if (!METHODS.includes(method)) return failure(405, `The method ${method} is not supported.`);

  const twice = ONCE.find((name) => (headers[name]?.length ?? 0) > 1);
  if (twice) return failure(400, `The header ${twice} stands twice.`);
  if (request.rawHeaders.some((text) => !VALUE.test(text)))
    return failure(400, 'A header contains control characters.');
  const named = (headers.connection ?? []).join(',').split(',');
  const option = named.map((one) => one.trim().toLowerCase()).find((one) => !OPTIONS.has(one));
  if (option !== undefined) return failure(400, `The Connection header may not list ${JSON.stringify(option)}.`);

  const expected = headers.expect?.[0];
  if (expected !== undefined && expected.toLowerCase() !== '100-continue')
    return failure(417, 'Only 100-continue may be expected.');
  return oddBody(request);
}

function oddBody({ method = '', url = '', headers, httpVersion }: IncomingMessage): Status | undefined {
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion !== '1.1'))
    return failure(400, 'The only transfer coding is chunked, with HTTP/1.1.');
  const length = headers['content-length'];
  if (length !== undefined && (coding !== undefined || !/^\d{1,15}$/.test(length)))
    return failure(400, 'The length of the body is stated in two ways, or not as a number.');
  const body = coding !== undefined || Number(length ?? 0) > 0;
  if (body && headers.upgrade !== undefined) return failure(400, 'A request that asks for an upgrade has no body.');
  if (body && (BODILESS.has(method) || (method === 'DELETE' && !API.test(url))))
    return failure(400, `A ${method} request has no body here.`);
  return undefined;
}
