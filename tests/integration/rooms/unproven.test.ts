import { Protocol } from '@colyseus/core';
import type { Room } from '@colyseus/sdk';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { channel } from '#rooms/chat/chat.ts';
import { openWorld, quiet, until, type World } from './harness.ts';

quiet();

it('[N4] a socket without a token issued for its room and connection queries no store and wakes no room', async () => {
  const asked: string[] = [];
  const told = ['find', 'claim', 'restoring', 'load', 'append', 'snapshot', 'settle'] as const;
  const world: World = await openWorld({
    idleMs: 200,
    wrap: (store) => {
      const noted = { ...store } as Record<string, unknown>;
      for (const name of told) {
        const call = store[name].bind(store) as (...given: unknown[]) => unknown;
        noted[name] = (...given: unknown[]) => {
          asked.push(name);
          return call(...given);
        };
      }
      return noted as typeof store;
    },
  });
  await world.create(channel, 'talk');
  await world.create(channel, 'other');
  const ann = await world.open('ann', 'talk');
  const { sessionId: connectionId, reconnectionToken = '' } = ann.room as Room;
  const token = reconnectionToken.split(':')[1] ?? '';
  await ann.leave(false);
  await until(() => world.room('talk') === undefined && world.room('other') === undefined);
  asked.length = 0;
  const [journal = '', generation = '', mac = ''] = token.split('.');
  /** The code that an opened socket was closed with; 0 when it had its seat. */
  const knock = (path: string): Promise<number> => {
    const socket = new WebSocket(`${world.host.endpoint.replace('http', 'ws')}${path}`);
    return new Promise((resolve) => {
      socket.on('error', () => {});
      socket.on('message', (bytes: Buffer) => {
        if (bytes[0] !== Protocol.JOIN_ROOM) return;
        resolve(0);
        socket.terminate();
      });
      socket.on('close', resolve);
    });
  };
  const forged = [
    '/p/talk?sessionId=x',
    `/p/talk?sessionId=${connectionId}`,
    `/p/other?sessionId=${connectionId}&reconnectionToken=${token}`,
    `/p/talk?sessionId=x&reconnectionToken=${token}`,
    `/p/talk?sessionId=${connectionId}&reconnectionToken=${journal}.${Number(generation) + 1}.${mac}`,
    `/p/talk?sessionId=${connectionId}&reconnectionToken=${journal}.${generation}.${'A'.repeat(43)}`,
  ];
  for (const path of forged) expect(await knock(path)).toBeGreaterThan(4000);
  const join = (headers: Record<string, string>) =>
    fetch(`${world.host.endpoint}/matchmake/joinById/talk`, { method: 'POST', body: '{}', headers });
  for (const authorization of ['', 'Bearer x', `Bearer ${await world.issuer.token({ name: 'ann', expiresIn: -60 })}`])
    expect((await join({ authorization, 'content-type': 'application/json' })).status).toBe(401);
  expect(asked).toEqual([]);
  expect(await knock(`/p/talk?sessionId=${connectionId}&reconnectionToken=${token}`)).toBe(0);
  expect(asked).toContain('claim');
  await world.close();
});
