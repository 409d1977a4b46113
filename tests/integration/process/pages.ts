/** What people and their browsers hold open at a server: pages, a reader that takes nothing, and requests half sent. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Client } from '@colyseus/sdk';
import { WebSocket } from 'ws';
import type { Match } from '#schema/resources.ts';
import type { Person } from './parlor.ts';

export type Pages = {
  /** The match that is open. */
  room: string;
  /** Lets go of all of them, for the end of a test. */
  close(): Promise<void>;
};

/** Opens lobby, talk and a match, a lobby that is never read, an upgrade half sent, and a request whose body does not come. */
export async function openPages(person: Person): Promise<Pages> {
  const { origin, token } = person;
  const spec = { game: 'connect-four' };
  const { metadata } = await person.call<Match>('POST', 'matches', {
    apiVersion: 'parlor.dev/v1',
    kind: 'Match',
    spec,
  });
  const durable = [await person.open('channel-lobby'), await person.open(metadata.name)];
  const client = new Client(origin);
  client.auth.token = token;
  const lobby = await client.joinById('lobby');
  lobby.reconnection.enabled = false;
  const unread = await neverRead(person);
  const { host, port } = new URL(origin);
  const sockets = await Promise.all([
    half(port, `GET /a/lobby?sessionId=a HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`),
    half(port, `POST /realms/parlor/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\n\r\na=`),
    half(port, ''),
  ]);
  return {
    room: metadata.name,
    async close() {
      for (const socket of sockets) socket.destroy();
      unread.terminate();
      lobby.connection.close();
      await Promise.all(durable.map((one) => one.leave(false)));
    },
  };
}

async function half(port: string, text: string): Promise<Socket> {
  const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  if (text) await new Promise((sent) => socket.write(text, sent));
  return socket;
}

/** A lobby whose socket stays open and full; its close is never answered either. */
async function neverRead({ origin, token }: Person): Promise<WebSocket> {
  const response = await fetch(`${origin}/matchmake/joinById/lobby`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const { processId, roomId, sessionId } = (await response.json()) as Record<string, string>;
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/${processId}/${roomId}?sessionId=${sessionId}`);
  socket.on('error', () => {});
  await once(socket, 'open');
  socket.pause();
  return socket;
}
