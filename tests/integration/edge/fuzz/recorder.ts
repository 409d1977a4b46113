/** A member that records what it understood of each request, and the bytes that it was sent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { MemoryMembers } from '#server/testing/memory-members.ts';
import type { Message } from './strict-reader.ts';

export type Recorder = Awaited<ReturnType<typeof startRecorder>>;

export async function startRecorder(members: MemoryMembers, id: string) {
  const understood: Message[] = [];
  /** By connection. */
  const bytes: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('latin1').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const { method = '', url = '', httpVersion, rawHeaders } = request;
      const headers = rawHeaders.flatMap((name, n): [string, string][] =>
        n % 2 === 0 ? [[name.toLowerCase(), rawHeaders[n + 1] ?? '']] : [],
      );
      understood.push({ first: [method, url, httpVersion], headers, body });
      response.setHeader('X-Marker', markerOf(url));
      response.end(`answer to ${markerOf(url)}`);
    });
  });
  server.on('connection', (socket) => {
    const n = bytes.push('') - 1;
    socket.on('data', (chunk) => {
      bytes[n] += chunk.toString('latin1');
    });
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  members.add({ id, address: `127.0.0.1:${(server.address() as AddressInfo).port}` });
  return {
    understood,
    bytes,
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

export function markerOf(target: string): string {
  return /[?&]m=([\w-]+)/.exec(target)?.[1] ?? '';
}
