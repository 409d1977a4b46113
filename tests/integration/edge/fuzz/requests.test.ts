import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryMembers } from '#server/testing/memory-members.ts';
import { openEdge } from '#tests/integration/edge/harness.ts';
import { oddConnection } from './odd-requests.ts';
import { markerOf, type Recorder, startRecorder } from './recorder.ts';
import { speak } from './speak.ts';
import { type Message, readRequests } from './strict-reader.ts';

/** By hand: FUZZ_RUNS=100000 FUZZ_SEED=… npm exec -- vitest run tests/integration/edge/fuzz */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Said for one hop, or by proxies, or by the edge itself. */
const NOT_END_TO_END =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|content-length|upgrade|http2-settings|expect|forwarded|via|x-forwarded.*|x-real-ip|x-client-ip|x-request-id)$/;

let recorder: Recorder;
let members: ReturnType<typeof memoryMembers>;
beforeAll(async () => {
  members = memoryMembers();
  recorder = await startRecorder(members, 'a');
  members.claim('r1', 'a');
});
afterAll(() => recorder.close());

const shown = ({ first, headers, body }: Message) => ({
  first: first.slice(0, 2),
  headers: headers.filter(([name]) => !NOT_END_TO_END.test(name)),
  body,
});

it(`[Z15] each request that a member parses is one that a strict parser finds in the client's bytes (seed ${SEED})`, async () => {
  console.log(`edge request fuzzer: seed ${SEED}, ${RUNS} connections`);
  const edge = await openEdge({ PARLOR_LIMITS: 'load' }, members);
  let marks = 0;
  const mark = () => `m${++marks}`;
  await fc.assert(
    fc.asyncProperty(oddConnection(mark), fc.array(fc.nat({ max: 2_000 }), { maxLength: 2 }), async (bytes, cuts) => {
      const from = recorder.understood.length;
      const { answers, sound } = await speak(edge.port, bytes, cuts);
      const victim = mark();
      const token = `Bearer of-${victim}`;
      const plain = `GET /version?m=${victim} HTTP/1.1\r\nHost: parlor.test\r\nAuthorization: ${token}\r\n\r\n`;
      const next = await speak(edge.port, plain);
      expect(sound).toBe(true);
      expect(next.answers.map(({ body }) => body)).toEqual([`answer to ${victim}`]);

      const asked = readRequests(bytes).messages;
      const found = new Map([...asked, ...readRequests(plain).messages].map((one) => [markerOf(one.first[1]), one]));
      const reached = recorder.understood.slice(from);
      for (const one of reached) {
        const marker = markerOf(one.first[1]);
        const said = found.get(marker);
        expect(said && shown(said)).toEqual(shown(one));
        found.delete(marker); // once, that is
      }
      expect(reached.map(({ first }) => markerOf(first[1]))).toContain(victim);
      // Answers by members stand in the order of the questions, each where its question stood.
      for (const [n, { headers }] of answers.entries()) {
        const marker = headers.find(([name]) => name === 'x-marker')?.[1];
        if (marker !== undefined) expect(markerOf(asked[n]?.first[1] ?? '')).toBe(marker);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // The bytes between edge and member have one meaning, too.
  const sent = recorder.bytes.flatMap((bytes) => {
    const { messages, end } = readRequests(bytes);
    expect(end).not.toBe('malformed');
    return messages;
  });
  const order = (some: Message[]) => some.map((one) => JSON.stringify([one.first, one.headers, one.body])).sort();
  expect(order(sent.filter(({ headers }) => !headers.some(([name]) => name === 'upgrade')))).toEqual(
    order(recorder.understood),
  );
}, 0);
