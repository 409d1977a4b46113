import { Client, type Room } from '@colyseus/sdk';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { probe } from '#rooms/testing/probe.ts';
import { OUTBOX_WINDOW, REQUEST } from '#schema/protocol.ts';
import { openWorld, quiet, slow, until, up, type World } from './harness.ts';

quiet();
let world: World;
const journal = slow();
beforeEach(async () => {
  world = await openWorld(journal);
});
afterEach(() => world.close());

const OUTBOX = 'an-outbox-of-ann';

/** The library's own client, so that ids and payloads can be what ours never sends. */
async function bare(name: string, room: string, outbox = OUTBOX, roles?: string[]): Promise<Room> {
  const client = new Client(world.host.endpoint);
  client.auth.token = await world.issuer.token({ name, ...(roles && { roles }) });
  const joined = await client.joinById(room);
  await joined.request(REQUEST.resume, { outbox });
  return joined;
}

const say = (text: string) => ({ type: 'say', payload: { text } });
const send = (room: Room, first: number, ...commands: object[]) => room.request(REQUEST.submit, { first, commands });

it('[L10] ids are contiguous; a gap consumes nothing and names the expected id; a refusal by the room has its seq', async () => {
  await world.create(probe, 'p');
  const ann = await bare('ann', 'p');
  expect(await send(ann, 3, say('late'))).toMatchObject({ replies: [{ ok: false, code: 'gap', expect: 1 }] });
  expect(await send(ann, 1, say('one'), say('two'))).toMatchObject({ replies: [{ ok: true }, { ok: true }] });
  expect(await send(ann, 4, say('four'))).toMatchObject({ replies: [{ code: 'gap', expect: 3 }] });
  expect(await send(ann, 3, { type: 'boom', payload: { where: 'apply' } })).toMatchObject({
    replies: [{ ok: false, code: 'forbidden', seq: expect.any(Number) }],
  });
  expect(await ann.request(REQUEST.resume, { outbox: OUTBOX })).toMatchObject({ ok: true, expect: 4 });
});

it('[L11] a repeated command gets the recorded reply and is not applied twice; the same id with other content is refused', async () => {
  await world.create(probe, 'p');
  const ann = await bare('ann', 'p');
  const first = await send(ann, 1, say('once'));
  expect(await send(ann, 1, say('once'))).toEqual(first);
  expect(await send(ann, 1, say('twice'))).toMatchObject({ replies: [{ ok: false, code: 'id-reused' }] });
  const both = await Promise.all([send(ann, 2, say('in flight')), send(ann, 2, say('in flight'))]);
  expect(both[0]).toEqual(both[1]);
  expect(both[0]).toMatchObject({ replies: [{ ok: true }] });
  // Even one whose reply is forgotten is not done again.
  const draws = Array<object>(OUTBOX_WINDOW).fill({ type: 'draw' });
  await send(ann, 3, ...draws);
  const expected = 3 + OUTBOX_WINDOW;
  expect(await send(ann, 1, say('once'))).toMatchObject({ replies: [{ ok: false, code: 'gap', expect: expected }] });
  await until(() => (ann.state as { notes: Map<string, unknown> }).notes.size === 2);
});

it('[L12] a final refusal at the gate consumes its id, and later commands continue', async () => {
  await world.create(probe, 'p');
  const ann = await bare('ann', 'p');
  const long = 'x'.repeat(17_000);
  const commands = [
    { type: 'fly' },
    { type: 'say', payload: { text: 7 } },
    { type: 'steer', payload: { vx: 10n ** 15n } },
  ];
  expect(await send(ann, 1, ...commands, say('four'))).toMatchObject({
    replies: [
      { ok: false, code: 'unknown-command', field: 'type' },
      { ok: false, code: 'malformed', field: 'payload.text' },
      { ok: false, code: 'malformed' },
      { ok: true },
    ],
  });
  expect(await send(ann, 5, say(long), say('six'))).toMatchObject({ replies: [{ code: 'oversized' }, { ok: true }] });

  await world.create(channel, 'talk');
  const guest = await bare('gus', 'talk', 'an-outbox-of-gus');
  expect(await send(guest, 1, { type: 'redact', payload: { id: 1 } })).toMatchObject({
    replies: [{ ok: false, code: 'no-such-message' }],
  });
});

it('[L13] a transient refusal consumes nothing: the same id is accepted later', async () => {
  await world.create(channel, 'talk');
  const ann = await bare('ann', 'talk');
  const posts = Array.from({ length: 7 }, (_, i) => ({ type: 'post', payload: { text: `${i}` } }));
  const { replies } = (await send(ann, 1, ...posts)) as { replies: { ok: boolean; code?: string }[] };
  expect(replies.map(({ ok, code }) => (ok ? 'ok' : code))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'rate', 'gap']);
  expect(replies[5]).toMatchObject({ retryAfterMs: expect.any(Number) });
  expect(await ann.request(REQUEST.resume, { outbox: OUTBOX })).toMatchObject({ expect: 6 });
});

it('[L14] after a reconnection the whole window is one request, and each command is applied once', async () => {
  await world.create(probe, 'p');
  const ann = await world.open('ann', 'p');
  journal.hold();
  const replies = Array.from({ length: OUTBOX_WINDOW + 6 }, (_, i) => ann.submit('say', { text: `${i}` }));
  await until(() => journal.held() > 0);
  ann.line.cut();
  await until(() => ann.status === 'reconnecting');
  journal.release();
  expect((await Promise.all(replies)).every(({ ok }) => ok)).toBe(true);
  const box = world
    .room('p')
    .replica.ledger()
    .outboxes.find(([, { next }]) => next > 1);
  expect(box?.[1].next).toBe(OUTBOX_WINDOW + 7);
});

it('[L15] a window of long commands is split into requests that fit a frame', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  ann.line.cut();
  await until(() => ann.status === 'reconnecting');
  const long = ['a', 'b', 'c', 'd', 'e'].map((letter) => ann.submit('post', { text: '😀'.repeat(1900) + letter }));
  expect(await Promise.all(long)).toMatchObject(Array(5).fill({ ok: true }));
  expect(await ann.submit('post', { text: 'x'.repeat(20_000) })).toMatchObject({ ok: false, code: 'oversized' });
  expect(ann.state.messages.size).toBe(5);
});

it('[L16] under disconnections at any moment every command is applied exactly once, in order', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  let sent = 0;
  const bursts = fc.array(fc.record({ commands: fc.integer({ min: 1, max: 30 }), cut: fc.boolean() }), {
    minLength: 3,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(bursts, async (plan) => {
      const replies = [];
      for (const { commands, cut } of plan) {
        for (let i = 0; i < commands; i++) replies.push(ann.submit('read', { seq: ++sent }));
        if (cut) ann.line.cut();
        await new Promise(setImmediate);
      }
      const seqs = (await Promise.all(replies)).map((reply) => (reply.ok ? reply.seq : Number.NaN));
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(new Set(seqs).size).toBe(seqs.length);
      const [[, box] = []] = world.room('talk').replica.ledger().outboxes;
      expect(box?.next).toBe(sent + 1);
    }),
    { numRuns: 12, seed: 7 },
  );
  await up(ann);
});

it('[L18] a command submitted while its socket closes is sent on the next one, and the page continues', async () => {
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const { transport } = (ann.room as Room).connection as unknown as { transport: { ws: globalThis.WebSocket } };
  transport.ws.close();
  expect(transport.ws.readyState).toBe(WebSocket.CLOSING);
  expect(await ann.submit('read', { seq: 1 })).toMatchObject({ ok: true });
});

it('[L17] a REST command carries an idempotency key: repeating it returns the first answer', async () => {
  await world.create(channel, 'talk');
  const post = { player: 'p1', roles: ['player'], type: 'post', payload: { text: 'hi' }, key: 'k-1' };
  const first = await world.host.directory.submit('talk', post);
  expect(first).toMatchObject({ ok: true });
  expect(await world.host.directory.submit('talk', post)).toEqual(first);
  const other = { ...post, payload: { text: 'ho' } };
  expect(await world.host.directory.submit('talk', other)).toMatchObject({ ok: false, code: 'id-reused' });
  const denied = { ...post, roles: [], key: 'k-2' };
  const refused = await world.host.directory.submit('talk', denied);
  expect(refused).toMatchObject({ ok: false, code: 'forbidden', seq: expect.any(Number) });
  expect(await world.host.directory.submit('talk', denied)).toMatchObject({ seq: refused.seq });
});
