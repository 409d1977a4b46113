/** Who is asking, as far as the network tells. Forwarding headers count only as far as proxies are trusted. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * The client's address. Each proxy appends the address it saw to X-Forwarded-For, so the last
 * `trustedProxies` entries are believed and everything left of them is the client's own claim.
 */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const seen = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return plain(seen);
  const header = request.headers['x-forwarded-for'];
  const claimed = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((one) => one.trim());
  const chain = [...claimed.filter((one) => one !== ''), seen];
  return plain(chain[Math.max(0, chain.length - 1 - trustedProxies)] ?? seen);
}

/** What limits count by. One home or phone has a whole /64 of IPv6 addresses to choose from. */
export function limitKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const left = head.split(':').filter((group) => group !== '');
  const right = tail?.split(':').filter((group) => group !== '') ?? [];
  const groups = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** This machine itself, and nobody in between. */
export function isLocal(request: IncomingMessage): boolean {
  const address = plain(request.socket.remoteAddress ?? '');
  const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  return !forwarded && (address === '::1' || address.startsWith('127.'));
}

/** An IPv4 address is the same address when it comes through an IPv6 socket. */
function plain(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
