/** Members that answer oddly: the next person on the same connection gets the answer to what was asked, or none. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryMembers } from '#server/testing/memory-members.ts';
import { openEdge } from '#tests/integration/edge/harness.ts';
import { markerOf } from './recorder.ts';
import { speak } from './speak.ts';
import { readRequests } from './strict-reader.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const POISON = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Marker: poison\r\n\r\npoison';

type Answer = { head: string; body: string; late: boolean; hangsUp: boolean };

const one = <T>(...values: T[]) => fc.constantFrom(...values);
const oddAnswer = fc
  .record({
    before: one('', '', '', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
    line: one(
      ...Array(6).fill('HTTP/1.1 200 OK'),
      ...[
        '204 No Content',
        '304 Not Modified',
        '101 Switching Protocols',
        '000 x',
        '099 x',
        '199 x',
        '999 x',
        '600 x',
      ].map((status) => `HTTP/1.1 ${status}`),
      'HTTP/1.0 200 OK',
      'HTTP/2.0 200 OK',
      'HTTP/1.1 2000 OK',
      'HTTP/1.1 200',
      'nonsense',
    ),
    headers: fc.array(
      one(
        'Content-Length: 5',
        'Content-Length: 0',
        'Content-Length: 500',
        'Content-Length: -1',
        'Content-Length: 5, 5',
        'Content-Length: +5',
        'Transfer-Encoding: chunked',
        'Transfer-Encoding: gzip, chunked',
        'Connection: keep-alive',
        'Connection: close',
        'Connection: content-length, transfer-encoding',
        'Connection: Upgrade\r\nUpgrade: h2c',
        'Keep-Alive: timeout=1',
        'X-Odd: a\0b',
        'X-Odd: a\x01b',
        'X-Odd:a\r\n b',
        'X-Odd: a\nX-Odd: b',
        'X Odd: 1',
        'Trailer: X-Marker',
      ),
      { maxLength: 3 },
    ),
    body: one(
      '',
      'hello',
      '5\r\nhello\r\n0\r\n\r\n',
      '5\r\nhello\r\n0\r\nX-Marker: poison\r\n\r\n',
      'zz\r\nhello\r\n0\r\n\r\n',
      'he',
    ),
    after: one('', '', POISON, `\r\n${POISON}`, '\r\n', 'x'),
    apart: fc.boolean(),
    hangsUp: fc.boolean(),
  })
  .map(({ before, line, headers, body, after, apart, hangsUp }) => {
    const head = `${before}${[line, ...headers].join('\r\n')}\r\n\r\n`;
    // A second answer that comes later, behind a sound one, cannot be told from the next one by anybody.
    const late =
      apart && /204|304/.test(line) && headers.some((header) => /^(?:content-length: [^0]|tr)/i.test(header));
    return { head, body: body + after, late, hangsUp };
  });

/** Answers a request that was given no odd answer with its marker. */
const odd = new Map<string, Answer>();
const open = new Set<Socket>();
const member = createServer((socket) => {
  let bytes = '';
  let seen = 0;
  open.add(socket);
  socket.on('close', () => open.delete(socket)).on('error', () => {});
  socket.setEncoding('latin1').on('data', (text) => {
    bytes += text;
    for (const { first } of readRequests(bytes).messages.slice(seen)) {
      seen++;
      const marker = markerOf(first[1]);
      const answer = odd.get(marker);
      if (!answer)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${marker.length}\r\nX-Marker: ${marker}\r\n\r\n${marker}`);
      else void say(socket, answer);
    }
  });
});

async function say(socket: Socket, { head, body, late, hangsUp }: Answer): Promise<void> {
  for (const part of late ? [head, body] : [head + body])
    await new Promise((resolve) => socket.write(part, 'latin1', resolve));
  if (hangsUp) socket.end();
}

beforeAll(() => once(member.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => {
  for (const socket of open) socket.destroy();
  member.close();
});

it(`[Z15] a malformed answer of a member never becomes part of another client's answer (seed ${SEED})`, async () => {
  console.log(`edge answer fuzzer: seed ${SEED}, ${RUNS} answers`);
  const members = memoryMembers();
  members.add({ id: 'a', address: `127.0.0.1:${(member.address() as AddressInfo).port}` });
  const edge = await openEdge({ PARLOR_LIMITS: 'load' }, members);
  let marks = 0;
  await fc.assert(
    fc.asyncProperty(oddAnswer, fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS'), async (answer, method) => {
      const [first, ...next] = Array.from({ length: 3 }, () => `m${++marks}`);
      odd.set(first as string, { ...answer, late: answer.late || (method === 'HEAD' && answer.body !== '') });
      const ask = (verb: string, marker: string | undefined) =>
        `${verb} /version?m=${marker} HTTP/1.1\r\nHost: parlor.test\r\n${verb === 'POST' ? 'Content-Length: 0\r\n' : ''}`;
      const hung = speak(edge.port, `${ask(method, first)}Connection: close\r\n\r\n`);
      const waits = answer.hangsUp ? hung : Promise.resolve();
      await waits;
      for (const marker of next) {
        const { answers, sound } = await speak(edge.port, `${ask('GET', marker)}\r\n`);
        expect([sound, answers.map(({ body }) => body)]).toEqual([true, [marker]]);
      }
      odd.delete(first as string);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 0);
