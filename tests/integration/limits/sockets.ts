/** Floods by sockets: dials, and frames of whoever has a socket. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Way } from './way.ts';
import type { World } from './world.ts';

/** A raw upgrade request; answers the bytes that came back first. */
async function dial(world: World, path: string): Promise<Buffer> {
  const { hostname, port, host } = new URL(world.origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
  const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'X-Forwarded-For: 10.9.9.9', ...upgrade, key, '', ''];
  socket.write(lines.join('\r\n'));
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return first;
}

export const SOCKETS: Way[] = [
  {
    way: 'Upgrades, without a token that was issued for the room and session',
    by: 'anybody',
    limit:
      '10 dials a minute for each socket that an address may have open; the token is proved before a room is woken',
    admits: 140, // and what comes free meanwhile
    budget: {},
    async flood(world) {
      const flood = { units: 220, received: 0, answered: 0, admitted: 0 };
      for (let n = 0; n < flood.units; n++) {
        const room = n % 3 === 2 ? 'constructor' : 'channel-lobby';
        const path = `${n % 3 === 1 ? 'http://x:99999' : ''}/p/${room}?sessionId=s${n}&reconnectionToken=${'0'.repeat(32)}.1.${'A'.repeat(43)}`;
        const first = await dial(world, path);
        flood.received += path.length;
        flood.answered += first.length;
        if (!first.toString('latin1').startsWith('HTTP/1.1 429')) flood.admitted++;
      }
      return flood;
    },
  },
];
