import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { inTime } from '#server/journal/in-time.ts';

/** Holds the loop up, as a busy machine does. */
function standStill(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

it('[J26] an answer that arrived while this process was frozen is in time', async () => {
  const server = createServer((socket) => socket.on('data', () => socket.write('yes'))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const answer = once(socket, 'data').then(([bytes]) => String(bytes));
  socket.write('well?');
  const asked = inTime(answer, 200);
  setImmediate(() => standStill(600));
  expect(await asked).toBe('yes');
  socket.destroy();
  server.close();
});

it('[J26] a silent call times out, and earlier errors are passed on unchanged', async () => {
  const from = performance.now();
  await expect(inTime(new Promise(() => {}), 200)).rejects.toThrow('no answer in time');
  expect(performance.now() - from).toBeGreaterThan(150);
  await expect(inTime(Promise.reject(new Error('broken')), 200)).rejects.toThrow('broken');
  expect(await inTime(Promise.resolve(7), 200)).toBe(7);
});
