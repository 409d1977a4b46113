import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { matchMaker, Server, ServerError } from '@colyseus/core';
import { Client, type Room } from '@colyseus/sdk';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lobbyRoom, type OtherLobbies } from '#rooms/lobby/lobby-room.ts';
import type { Person } from '#rooms/lobby/presence.ts';
import type { OpenTable } from '#rooms/lobby/tables.ts';
import type { Identity } from '#rooms/ports.ts';
import type { LobbyState } from '#schema/lobby.ts';
import { CLOSE } from '#schema/protocol.ts';

const HOUR = 3_600_000;
const TABLE: OpenTable = {
  room: 'm1',
  game: 'connect-four',
  phase: 'waiting',
  max: 2,
  players: ['ann'],
  reserved: [],
  picture: '.',
};

let server: Server;
let endpoint: string;
let lifetime: number;
let tables: OpenTable[];
/** Of the tables. */
let version = 0;
let changed = () => {};
let elsewhere: Person[];
const told = new Map<string, Person | undefined>();

/** A token is a name; `bad` is none. The session is `login-of-` the name. */
async function enter(token: string | undefined): Promise<Identity> {
  if (!token || token === 'bad') throw new ServerError(401, 'unauthenticated');
  const name = token.toUpperCase();
  return { player: token, name, roles: ['player'], session: `login-of-${token}`, expiresAt: Date.now() + lifetime };
}

async function open(lingerMs: number) {
  lifetime = HOUR;
  tables = [];
  elsewhere = [];
  told.clear();
  const others: OtherLobbies = {
    tell: (player, person) => void told.set(player, person),
    people: () => elsewhere,
    subscribe(listener) {
      changed = listener;
      return () => {};
    },
  };
  const transport = new WebSocketTransport();
  server = new Server({ transport, greet: false, gracefullyShutdown: false });
  const ports = {
    since: () => ({ version, whole: true, open: tables, gone: [] }),
  };
  server.define('lobby', lobbyRoom({ enter, tables: ports, others, now: Date.now, lingerMs }));
  await server.listen(0, '127.0.0.1');
  const { port } = (transport.server as HttpServer).address() as AddressInfo;
  endpoint = `http://127.0.0.1:${port}`;
  await matchMaker.handleCreateRoom('lobby', {}, undefined, 'lobby');
}
beforeEach(() => open(300));
afterEach(() => server.gracefullyShutdown(false));

async function visit(token: string): Promise<Room<LobbyState>> {
  const client = new Client(endpoint);
  client.auth.token = token;
  const room = await client.joinById<LobbyState>('lobby');
  room.reconnection.enabled = false;
  await vi.waitFor(() => expect(room.state.guests?.has(token)).toBe(true));
  return room;
}
const here = (room: Room<LobbyState>) => [...room.state.guests.values()].map(({ name }) => name);
const closed = (room: Room<LobbyState>) => new Promise<number>((resolve) => room.onLeave((code) => resolve(code)));

describe('guests', () => {
  it("[G21] guests see each other's name and time of arrival", async () => {
    const before = Date.now();
    const ann = await visit('ann');
    await visit('bea');
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN', 'BEA']));
    expect(ann.state.guests.get('bea')?.since).toBeGreaterThanOrEqual(before);
  });

  it('[G21] several tabs of one player are one guest, removed with the last tab', async () => {
    const ann = await visit('ann');
    const [first, second] = [await visit('bea'), await visit('bea')];
    expect(here(second)).toEqual(['ANN', 'BEA']);
    await first.leave();
    const cat = await visit('cat');
    await cat.leave();
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN', 'BEA']));
    await second.leave();
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN']));
  });

  it('[G21] a page reload neither removes nor adds a guest', async () => {
    await server.gracefullyShutdown(false);
    await open(HOUR);
    const ann = await visit('ann');
    const bea = await visit('bea');
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN', 'BEA']));
    const { since } = ann.state.guests.get('bea') as { since: number };
    const seen: string[][] = [];
    ann.onStateChange(() => seen.push(here(ann)));
    bea.connection.close();
    await visit('bea');
    await visit('cat');
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN', 'BEA', 'CAT']));
    expect(seen.every((names) => names.includes('BEA'))).toBe(true);
    expect(ann.state.guests.get('bea')?.since).toBe(since);
  });
});

describe('guests of other processes', () => {
  it('[P3] a guest is shown once, stays while any process has them, and is published from this one', async () => {
    const ann = await visit('ann');
    expect(told.get('ann')).toMatchObject({ player: 'ann', name: 'ANN' });
    elsewhere = ['ann', 'bea'].map((player) => ({ player, name: player.toUpperCase(), since: 1 }));
    changed();
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN', 'BEA']));
    const bea = await visit('bea');
    await bea.leave();
    await vi.waitFor(() => expect([told.has('bea'), told.get('bea')]).toEqual([true, undefined]));
    expect(here(ann)).toEqual(['ANN', 'BEA']);
    elsewhere = [];
    changed();
    await vi.waitFor(() => expect(here(ann)).toEqual(['ANN']));
  });
});

describe('admission', () => {
  it('[G22] the lobby refuses a join without a valid token', async () => {
    for (const token of ['', 'bad']) {
      const client = new Client(endpoint);
      client.auth.token = token;
      await expect(client.joinById('lobby')).rejects.toThrow('unauthenticated');
    }
  });

  it('[G22] a connection closes when its token expires, so that the page returns with a new one', async () => {
    lifetime = 200;
    expect(await closed(await visit('ann'))).toBe(CLOSE.retry);
  });

  it('[G22] an ended session closes its connections and no others', async () => {
    const [ann, tab, bea] = [await visit('ann'), await visit('ann'), await visit('bea')];
    const lobby = matchMaker.getLocalRoomById('lobby') as unknown as { signOut(ended: { session: string }): void };
    const codes = Promise.all([closed(ann), closed(tab)]);
    lobby.signOut({ session: 'login-of-ann' });
    expect(await codes).toEqual([CLOSE.sessionEnded, CLOSE.sessionEnded]);
    expect(bea.connection.isOpen).toBe(true);
  });
});

it('[G20] a joining guest gets the open tables and their changes', async () => {
  tables = [TABLE];
  version++;
  const ann = await visit('ann');
  expect(ann.state.tables.get('m1')?.toJSON()).toEqual({ ...TABLE, taken: 1 });
  tables = [
    { ...TABLE, phase: 'playing', players: ['ann', 'bea'] },
    { ...TABLE, room: 'm2', players: [] },
  ];
  version++;
  await vi.waitFor(() => expect([...ann.state.tables.keys()]).toEqual(['m1', 'm2']));
  expect(ann.state.tables.get('m1')).toMatchObject({ phase: 'playing', taken: 2 });
});
