/** A client that writes bytes as they are, in pieces, and reads what comes back with the strict reader. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type Message, readRequests, readResponses } from './strict-reader.ts';

/** Final answers, and whether all bytes that came back were answers. */
export type Said = { answers: Message[]; sound: boolean };

/** Hangs up once everything that the strict reader finds in the bytes is answered. */
export async function speak(port: number, bytes: string, cuts: readonly number[] = []): Promise<Said> {
  const asked = readRequests(bytes).messages.map(({ first }) => first[0]);
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  const read = () => {
    const { messages, end } = readResponses(text, asked);
    return { answers: messages.filter(({ first }) => !first[1].startsWith('1')), sound: end !== 'malformed' };
  };
  const finish = () => {
    if (read().answers.length >= asked.length) socket.end();
  };
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
    finish();
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  let at = 0;
  for (const cut of [...cuts.map((one) => one % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    if (cut > at) socket.write(bytes.slice(at, cut), 'latin1');
    at = Math.max(at, cut);
    await setImmediate();
  }
  finish();
  await closed;
  return read();
}
