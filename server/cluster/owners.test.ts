/** What a silence of another process leads to: real calls over real sockets to a process that breaks off. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Membership } from '#server/cluster/members.ts';
import { askOwners, type PeerCalls } from '#server/cluster/owners.ts';
import { createPeers } from '#server/cluster/peers.ts';
import type { Member } from '#server/cluster/ports.ts';
import type { HostCalls } from '#server/rooms/calls.ts';
import { createLog } from '#server/telemetry/log.ts';

let silent: Server;
let asked = 0;
beforeAll(async () => {
  silent = createServer((request) => {
    asked++;
    request.socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => silent.close());

function asking(address: string) {
  const load = { rooms: 0, clients: 0, lagMs: 0 };
  const self: Member = { id: 'self', role: 'api', address: '127.0.0.1:1', draining: false, load };
  const other: Member = { ...self, id: 'other', role: 'rooms', address };
  const here: string[] = [];
  const members = { self, present: () => [self, other] } as unknown as Membership;
  const peers = createPeers<PeerCalls>({ key: new Uint8Array(32), now: () => 0, log: createLog('silent') });
  const opened = (name: string) => async () => {
    here.push(name);
    return { room: name };
  };
  const calls: Pick<HostCalls, 'table' | 'quick'> = { table: opened('table'), quick: opened('quick') } as never;
  return { ask: askOwners({ members, peers })(calls), here };
}

const ORDER = { game: 'connect-four', config: {}, player: 'p' };

it('[P24] a call that is not safe to repeat is not repeated if it may have taken effect', async () => {
  const { ask, here } = asking(`127.0.0.1:${(silent.address() as AddressInfo).port}`);
  expect(await ask.idlest('table', ORDER)).toEqual({ refused: 'in-doubt' });
  expect(await ask.one('quick', 'quick', ORDER)).toEqual({ refused: 'in-doubt' });
  expect([asked, here]).toEqual([2, []]);
});

it('[P24] a call that never reached the other process is made here', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  const { ask, here } = asking(`127.0.0.1:${port}`);
  await ask.idlest('table', ORDER);
  await ask.one('quick', 'quick', ORDER);
  expect(here).toEqual(['table', 'quick']);
});
