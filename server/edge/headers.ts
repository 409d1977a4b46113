/** Which headers pass through, in both directions. */
import type { IncomingMessage } from 'node:http';
import { requestId } from '#server/telemetry/request-id.ts';

/** Meant for the next hop only (RFC 9110, 7.6.1), or answered by us. */
const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  // Stated anew: framing.ts.
  'content-length',
  'upgrade',
  'http2-settings',
  'expect',
]);
/** What a client could say of itself that only a proxy may say of it. */
const CLIENT_HEADER = /^(?:forwarded|via|x-request-id|x-real-ip|x-client-ip|x-forwarded-.*|x-forwarded)$/;

/** Name, value, name, value … as `http.request` takes them. */
export type RawHeaders = string[];

/**
 * A client's headers for a member: without those for this hop and without claims, with the address that we believe.
 * Members count that address when they trust one proxy. `host`: the browser's, as trusted proxies tell it.
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
