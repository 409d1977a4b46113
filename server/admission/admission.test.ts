import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { matchMaker, Room, Server, ServerError } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { isRefusalCode } from '#schema/refusals.ts';
import { joinHere, matchmaking, narrowController, ownRoutesOnly } from '#server/admission/controller.ts';
import { checkOrigin, checkPath, checkSockets, DIALS, type Sockets, watchUpgrades } from '#server/admission/upgrade.ts';
import { createListener } from '#server/http.ts';
import { createLimiter } from '#server/limits/limiter.ts';
import { createLog } from '#server/telemetry/log.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';

const ORIGIN = 'http://parlor.test';
const SOCKETS = 3;

const SOMEBODY = { player: 'p', name: 'P', roles: ['player'], session: 'l', expiresAt: Number.MAX_SAFE_INTEGER };
/** Rooms that were asked for. */
const woken: string[] = [];

/** Takes who brings `in` as a token; refuses `out` as our rooms do; breaks on `broken`. */
class Hall extends Room {
  override seatReservationTimeout = 1;

  static override async onAuth(token: string) {
    if (token === 'out') throw new ServerError(401, 'session-ended');
    if (token === 'broken') throw new Error('secret inside');
    return token === 'in';
  }
}

let url: string;
let server: ReturnType<typeof createListener>;
let colyseus: Server;
let room: string;
let sockets: Sockets;
const seen: string[] = [];
const lines: string[] = [];
const closed: string[] = [];

beforeAll(async () => {
  narrowController();
  const app = express();
  app.use(
    matchmaking({
      join: joinHere(async (name) => {
        woken.push(name);
        return name === 'asleep' ? 'room-restoring' : undefined;
      }),
      verify: async (token) => (token === '' ? { refused: 'unauthenticated', detail: 'no token' } : SOMEBODY),
      perAddress: createLimiter(1000, 60),
      trustedProxies: 0,
      metrics: createMetrics({ clients: () => 0, rooms: () => new Map() }),
      log: createLog('info', { write: (line) => lines.push(line) }),
    }),
  );
  server = createListener(app, 75_000);
  sockets = watchUpgrades(server, 0, createLog('info', { write: (line) => closed.push(line) }));
  const transport = new WebSocketTransport({
    server,
    beforeUpgrade: (request, context) => {
      seen.push(context.ip ?? '');
      return (
        checkOrigin(context.headers, [ORIGIN]) ?? checkPath(request) ?? checkSockets(context.ip ?? '', sockets, SOCKETS)
      );
    },
  });
  colyseus = new Server({ transport, greet: false, gracefullyShutdown: false });
  colyseus.define('hall', Hall);
  await colyseus.listen(0, '127.0.0.1', undefined, () => ownRoutesOnly(server, app));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  room = (await matchMaker.createRoom('hall', {})).roomId;
});
afterAll(() => colyseus.gracefullyShutdown(false));

function join(path: string, token = 'in', init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${url}/matchmake/${path}`, { method: 'POST', headers, body: '{}', ...init });
}

describe('joining', () => {
  it('[H8] an admissible player gets a reservation', async () => {
    const answer = await join(`joinById/${room}`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      expect.objectContaining({ roomId: room, name: 'hall' }),
    ]);
  });

  it.each([
    ['a room that is none', 'joinById/none', 'in', 404, 'no-such-room'],
    ['a room with a strange name', 'joinById/a%20b', 'in', 404, 'no-such-room'],
    ['a room that is being restored', 'joinById/asleep', 'in', 503, 'room-restoring'],
    ['who is nobody', () => `joinById/${room}`, '', 401, 'unauthenticated'],
    ['who was signed out', () => `joinById/${room}`, 'out', 401, 'session-ended'],
  ])('[H8] %s is refused with the code', async (_name, path, token, status, code) => {
    const answer = await join(typeof path === 'function' ? path() : path, token);
    const body = (await answer.json()) as { message: string };
    expect([answer.status, body.message, isRefusalCode(body.message)]).toEqual([status, code, true]);
  });

  it('[N4] a request without a valid token wakes no room', async () => {
    woken.length = 0;
    expect((await join('joinById/asleep', '')).status).toBe(401);
    expect(woken).toEqual([]);
    expect((await join('joinById/asleep', 'in')).status).toBe(503);
    expect(woken).toEqual(['asleep']);
  });

  it('[H8] an error inside a room is logged and discloses neither message nor stack', async () => {
    const answer = await join(`joinById/${room}`, 'broken');
    expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(lines.join('')).toContain('join failed');
  });

  it.each(['create/hall', 'joinOrCreate/hall', 'join/hall', 'reconnect/hall'])('[H9] %s is closed', async (path) => {
    expect((await join(path)).status).toBe(404);
    await expect(matchMaker.controller.invokeMethod(path.split('/')[0] as string, 'hall')).rejects.toThrow(
      'invalid method',
    );
  });

  it('[H9] oversized and malformed options are refused', async () => {
    expect((await join(`joinById/${room}`, 'in', { body: `{"a":"${'x'.repeat(5000)}"}` })).status).toBe(413);
    expect((await join(`joinById/${room}`, 'in', { body: '{' })).status).toBe(400);
  });

  it("[H9] Colyseus's own routes do not answer: no banner, no health check, no CORS", async () => {
    for (const path of ['/', '/__healthcheck', '/matchmake/joinById/x']) {
      const answer = await fetch(url + path, { headers: { origin: 'https://evil.example' } });
      expect([path, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([path, 404, null]);
      expect(await answer.text()).not.toContain('Colyseus');
    }
  });
});

describe('opening a socket', () => {
  const dial = (path: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(url.replace('http', 'ws') + path, { headers });
    return new Promise<{ code: number; socket: WebSocket }>((resolve, reject) => {
      socket.on('open', () => resolve({ code: 101, socket }));
      socket.on('unexpected-response', (_request, response) => resolve({ code: response.statusCode ?? 0, socket }));
      socket.on('error', reject);
    });
  };

  it('[H1] foreign pages are refused', async () => {
    const path = `/p/${room}?sessionId=x`;
    expect((await dial(path, { origin: 'https://evil.example' })).code).toBe(403);
    expect((await dial(path, { origin: 'null' })).code).toBe(403);
  });

  it('[H10] there is no open ping socket', async () => {
    expect((await dial('/')).code).toBe(404);
  });

  it('[H7] Colyseus gets the trusted address, not the claimed one', async () => {
    const { socket } = await dial(`/p/${room}?sessionId=x`, { 'x-real-ip': '1.1.1.1', origin: ORIGIN });
    expect(seen.at(-1)).toBe('127.0.0.1');
    socket.terminate();
    await expect.poll(() => sockets.count('127.0.0.1')).toBe(0);
  });

  it('[H10] an address has a bounded number of sockets, and a closed one frees its place', async () => {
    const path = () =>
      join(`joinById/${room}`).then(async (answer) => {
        const { sessionId } = (await answer.json()) as { sessionId: string };
        return `/p/${room}?sessionId=${sessionId}`;
      });
    const open: WebSocket[] = [];
    for (let i = 0; i < SOCKETS; i++) open.push((await dial(await path())).socket);
    expect((await dial(await path())).code).toBe(429);
    const [first] = open;
    first?.close();
    if (first) await once(first, 'close');
    await expect.poll(() => sockets.count('127.0.0.1')).toBe(SOCKETS - 1);
    const again = await dial(await path());
    expect(again.code).toBe(101);
    for (const socket of [...open, again.socket]) socket.terminate();
  });

  it('[N5] an address dials at a bounded rate, however many sockets are open, and its refused dials stop being logged', async () => {
    await expect.poll(() => sockets.count('127.0.0.1')).toBe(0);
    const codes = [];
    for (let i = 0; i < SOCKETS * DIALS + 1; i++) {
      const { code, socket } = await dial(`/p/${room}?sessionId=x`);
      socket.terminate();
      codes.push(code);
    }
    expect(codes.at(-1)).toBe(429);
    await expect.poll(() => sockets.count('127.0.0.1')).toBe(0);
    closed.length = 0;
    for (let i = 0; i < 20; i++) (await dial(`/p/${room}?sessionId=x`)).socket.terminate();
    await expect.poll(() => sockets.count('127.0.0.1')).toBe(0);
    expect(closed.length).toBeLessThan(5);
  });
});
