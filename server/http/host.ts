/** Which host a page was asked for under. A proxy may have put its own in the place of the browser's. */
import type { IncomingMessage } from 'node:http';

/** `Host`, and what trusted proxies say that it was before them. */
export function hostsOf({ headers }: IncomingMessage, trustedProxies: number): string[] {
  const forwarded = trustedProxies > 0 ? [headers['x-forwarded-host'] ?? []].flat() : [];
  return [headers.host ?? '', ...forwarded.flatMap((one) => one.split(','))].map((one) => one.trim());
}

/** The same place: `play.example.org:443` is that of `https://play.example.org`. */
export function isHostOf(host: string, origin: string): boolean {
  const { protocol, host: own } = new URL(origin);
  return /^[\w.:[\]-]+$/.test(host) && URL.parse(`${protocol}//${host}`)?.host === own;
}
