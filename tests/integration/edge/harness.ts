/** An edge before real servers that speak HTTP and WebSocket, each of which tells what reached it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { parseConfig } from '#server/config.ts';
import { startEdge } from '#server/edge/edge.ts';
import { createLog } from '#server/telemetry/log.ts';
import { type MemoryMembers, memoryMembers } from '#server/testing/memory-members.ts';

export const ORIGIN = 'http://parlor.test';

export type Target = Awaited<ReturnType<typeof startTarget>>;
export type Harness = Awaited<ReturnType<typeof openEdge>>;

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Says its own id to everyone, and every message back to its sender. */
export async function startTarget(members: MemoryMembers, id: string) {
  const requests: IncomingMessage[] = [];
  const bodies: string[] = [];
  const upgrades: IncomingMessage[] = [];
  const open = new Set<Socket>();
  const clients = new Set<WebSocket>();
  const rooms = new WebSocketServer({ noServer: true });
  let upgrade: Upgrade | undefined;
  let frozen = false;
  const server = createServer((request, response) => {
    requests.push(request);
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      if (frozen) return;
      bodies.push(body);
      response.setHeader('X-From', id);
      if (request.url?.startsWith('/assets/endless')) return void response.write('first');
      response.end(`${id} ${request.method} ${request.url}`);
    });
  });
  const accept: Upgrade = (request, socket, head) => {
    rooms.handleUpgrade(request, socket, head, (client) => {
      clients.add(client);
      client.on('error', () => {});
      client.on('message', (message, binary) => client.send(message, { binary }));
      client.on('close', () => clients.delete(client));
      client.send(id);
    });
  };
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    upgrades.push(request);
    (upgrade ?? accept)(request, socket, head);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const member = members.add({ id, address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  const target = {
    id,
    member,
    requests,
    bodies,
    upgrades,
    open,
    clients,
    accept,
    /** In place of what it does with upgrades; undefined is that again. */
    onUpgrade: (other: Upgrade | undefined) => {
      upgrade = other;
    },
    /** Takes requests and answers none. */
    freeze: () => {
      frozen = true;
    },
    async close() {
      for (const socket of open) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  onTestFinished(target.close);
  return target;
}

export async function openEdge(env: Record<string, string> = {}, members = memoryMembers(), patienceMs = 5_000) {
  const lines: string[] = [];
  const config = parseConfig({ PARLOR_ORIGIN: ORIGIN, PORT: '0', ...env });
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const edge = await startEdge({ config, members, log, patienceMs, drainMs: 2_000 });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= edge.close());
  onTestFinished(close);
  const { port } = edge;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    members,
    logged: () => lines.join(''),
    close,
    async metric(name: string): Promise<number> {
      const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^${name}(?:{[^}]*})? (.+)$`, 'm').exec(page)?.[1] ?? Number.NaN);
    },
    /** A client's socket for that room; `opened` is the status it was answered with. */
    dial(room: string, headers: Record<string, string> = {}, query = 'sessionId=s1', process = 'p1') {
      return listen(new WebSocket(`ws://127.0.0.1:${port}/${process}/${room}?${query}`, { headers }));
    },
    /** Writes bytes as they are, and resolves with all that came back. */
    async raw(bytes: string): Promise<string> {
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      socket.setEncoding('latin1').on('data', (text) => {
        answer += text;
      });
      socket.on('error', () => {});
      socket.write(bytes, 'latin1');
      await once(socket, 'close');
      return answer;
    },
  };
}

export function listen(socket: WebSocket) {
  const messages: string[] = [];
  onTestFinished(() => socket.terminate());
  socket.on('message', (message) => void messages.push(String(message)));
  const first = new Promise<string>((resolve) => socket.once('message', (message) => resolve(String(message))));
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  const opened = new Promise<{ code: number; headers: IncomingMessage['headers']; body: string }>((resolve) => {
    let headers: IncomingMessage['headers'] = {};
    socket.on('upgrade', (answer) => {
      headers = answer.headers;
    });
    socket.on('open', () => resolve({ code: 101, headers, body: '' }));
    socket.on('unexpected-response', async (_request, answer) => {
      let body = '';
      for await (const chunk of answer) body += chunk;
      resolve({ code: answer.statusCode ?? 0, headers: answer.headers, body });
      socket.terminate();
    });
    void closed.then(() => resolve({ code: 0, headers, body: '' }));
  });
  return { socket, messages, first, opened, closed };
}
