/** Header filtering, in both directions. */
import type { IncomingMessage } from 'node:http';
import { requestId } from '#server/telemetry/request-id.ts';

/** Hop-by-hop headers (RFC 9110, 7.6.1), and those that the edge answers itself. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  // Rebuilt by framing.ts.
  'content-length',
  'upgrade',
  'http2-settings',
  'expect',
]);
/** Headers that only a proxy may set. */
const CLIENT_HEADER = /^(?:forwarded|via|x-request-id|x-real-ip|x-client-ip|x-forwarded-.*|x-forwarded)$/;

/** Name, value, name, value … as `http.request` takes them. */
export type RawHeaders = string[];

/**
 * A client's headers for a member: without hop-by-hop headers and forged proxy headers, with the trusted address.
 * Members use that address if they trust one proxy. `host`: the browser's, as reported by trusted proxies.
 */
export function towardsMember(request: IncomingMessage, address: string, host?: string): RawHeaders {
  const headers = kept(request, (name) => !CLIENT_HEADER.test(name));
  headers.push('X-Forwarded-For', address, 'X-Request-Id', requestId(request));
  if (host !== undefined) headers.push('X-Forwarded-Host', host);
  return headers;
}

export function towardsClient(answer: IncomingMessage): RawHeaders {
  return kept(answer, () => true);
}

function kept({ rawHeaders, headers }: IncomingMessage, wanted: (name: string) => boolean): RawHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((one) => one.trim().toLowerCase()));
  const found: RawHeaders = [];
  for (let n = 0; n + 1 < rawHeaders.length; n += 2) {
    const [name, value] = [rawHeaders[n] as string, rawHeaders[n + 1] as string];
    const lower = name.toLowerCase();
    if (!HOP.has(lower) && !named.has(lower) && wanted(lower)) found.push(name, value);
  }
  return found;
}
