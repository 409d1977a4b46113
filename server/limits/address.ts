/**
 * Who is asking, as far as the network tells. Forwarding headers count only as far as proxies are trusted. Every
 * address that is a key of a limit comes through `parseAddress`: one spelling for one address.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IPv6 address is written in at most this many characters, and a zone may follow. */
const MOST = 128;
const PORT = /:\d{1,5}$/;

/**
 * The address in one element of X-Forwarded-For or of a socket, without port, brackets, quotes and zone; an IPv4
 * address that comes through an IPv6 socket is the IPv4 address. Undefined for anything else.
 */
export function parseAddress(text: string): string | undefined {
  if (text.length > MOST) return undefined;
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^[\]]*)\](?::\d{1,5})?$/.exec(bare)?.[1];
  const found = (bracketed ?? (isIP(bare) ? bare : bare.replace(PORT, ''))).split('%', 1)[0] ?? '';
  const version = isIP(found);
  if (version === 0 || (bracketed !== undefined && version === 4)) return undefined;
  return ipaddr.process(found).toString();
}

/**
 * The client's address. Each proxy appends the address it saw to X-Forwarded-For, so the last `trustedProxies`
 * entries are believed and everything left of them is the client's own claim. Where a trusted proxy wrote something
 * that is no address, its own address stands for whatever is behind it.
 */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const seen = parseAddress(request.socket.remoteAddress ?? '') ?? '';
  if (trustedProxies === 0) return seen;
  const header = request.headers['x-forwarded-for'];
  const claimed = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((one) => one.trim());
  const chain = [...claimed.filter((one) => one !== ''), seen].slice(-1 - trustedProxies);
  for (const one of chain) {
    const address = parseAddress(one);
    if (address !== undefined) return address;
  }
  return seen;
}

/** What limits count by. One home or phone has a whole /64 of IPv6 addresses to choose from. */
export function limitKey(text: string): string {
  const address = parseAddress(text);
  if (address === undefined || isIP(address) !== 6) return address ?? text;
  const { parts } = ipaddr.IPv6.parse(address);
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** Said by proxies of who is behind them. */
const FORWARDING = /^(?:forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip|x-original-.+)$/;

/** This machine itself, and nothing in between, as far as the request tells. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  const address = parseAddress(socket.remoteAddress ?? '') ?? '';
  const forwarded = Object.keys(headers).some((name) => FORWARDING.test(name));
  return !forwarded && (address === '::1' || address.startsWith('127.'));
}

/** `host:port` as it stands in an address; IPv6 in brackets. */
export function hostPort(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
