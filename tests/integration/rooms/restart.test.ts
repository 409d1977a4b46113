import { getDecoderStateCallbacks } from '@colyseus/schema';
import { afterEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { JournalError, type JournalStore } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { openWorld, quiet, type Seat, until, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

/** Entities that come and go at a client from now on. */
function watchEntities(seat: Seat, ...maps: string[]) {
  const seen = { added: 0, removed: 0 };
  // biome-ignore lint/suspicious/noExplicitAny: the library's own decoder, untyped outside
  const { decoder } = (seat.room as any).serializer;
  const callbacks = getDecoderStateCallbacks(decoder);
  for (const map of maps) {
    // biome-ignore lint/suspicious/noExplicitAny: any map of any state
    const of = (callbacks(seat.state) as any)[map];
    of.onAdd(() => void seen.added++, false);
    of.onRemove(() => void seen.removed++);
  }
  return seen;
}

for (const gracefully of [true, false]) {
  const how = gracefully ? 'closed' : 'killed';

  it(`[L30] a process is ${how}: clients resume by themselves, with the same connection id and the same entities`, async () => {
    world = await openWorld();
    await world.create(probe, 'p');
    const seats = [await world.open('ann', 'p'), await world.open('bea', 'p'), await world.open('cy', 'p')];
    for (const seat of seats) await seat.submit('say', { text: 'here', ttlMs: 60_000 });
    await Promise.all(seats.map((seat) => seat.submit('draw')));
    await until(() => seats.every(({ state }) => state.players.size === 3 && state.notes.size === 3));
    const sessions = seats.map(({ room }) => room?.sessionId);
    const entities = seats.map((seat) => watchEntities(seat, 'players', 'hands', 'notes'));
    const kept = seats.map(({ state }) => state.players.get(state.players.keys().next().value));
    const hands = seats.map(({ state, player }) => state.hands.get(player).cards.toArray());

    await world.stop(gracefully);
    await until(() => seats.every(({ status }) => status === 'reconnecting'));
    const replies = seats.map((seat) => seat.submit('say', { text: 'while away' }));
    await world.start();
    await up(...seats);
    expect(await Promise.all(replies)).toMatchObject(Array(3).fill({ ok: true }));
    expect(seats.map(({ room }) => room?.sessionId)).toEqual(sessions);
    await until(() => seats.every(({ state }) => state.notes.size === 6));
    expect(entities).toEqual(Array(3).fill({ added: 3, removed: 0 })); // the three notes said while away
    expect(seats.map(({ state }) => state.players.get(state.players.keys().next().value))).toEqual(kept);
    expect(seats.map(({ state, player }) => state.hands.get(player).cards.toArray())).toEqual(hands);
  });
}

it('[L31] playing time stops while no process runs the room; a message ages by the wall clock', async () => {
  world = await openWorld();
  await world.create(connectFour, 'm1');
  await world.create(channel, 'talk', { ttlMs: 5_000 });
  const [ann, bea] = [await world.open('ann', 'm1'), await world.open('bea', 'm1')];
  const cy = await world.open('cy', 'talk');
  await cy.submit('post', { text: 'soon gone' });
  await until(() => ann.state.phase === 'playing');
  const until_ = ann.state.turnUntil;
  await world.stop(false);
  const [playTime, wall] = [ann.playTime(), Date.now()];
  await until(() => Date.now() - wall > 5_200, 8_000); // the gap is what is tested
  await world.start();
  await up(ann, bea, cy);
  expect(ann.state.turnUntil).toBe(until_);
  // The last proof of life may lie up to a beat before the end.
  expect(ann.playTime() - playTime).toBeLessThan(3_000);
  await until(() => cy.state.messages.size === 0);
});

it('[L32] rooms with a due deadline or an undelivered outcome wake without a client', async () => {
  let away = true;
  const taken: string[] = [];
  const outcomes = {
    async deliver({ room }: { room: string }) {
      if (away) throw new Error('the database is away');
      taken.push(room);
    },
  };
  world = await openWorld({ outcomes });
  await world.create(connectFour, 'm1');
  await world.create(channel, 'talk', { ttlMs: 5_000 });
  const seats = [await world.open('ann', 'm1'), await world.open('bea', 'm1')];
  const talker = await world.open('cy', 'talk');
  await talker.submit('post', { text: 'soon gone' });
  await until(() => seats.every(({ state }) => state.phase === 'playing'));
  await seats[0]?.submit('resign');
  for (const seat of [...seats, talker]) await seat.leave(false);
  await world.stop(false);
  away = false;
  await world.start();
  await until(() => taken.length === 1);
  await until(() => world.room('m1')?.replica.outcomes.length === 0);
  await until(() => world.room('talk')?.replica.state !== undefined);
  await until(() => (world.room('talk').replica.state as { messages?: Map<string, unknown> }).messages?.size === 0);
});

it('[L33] a fenced owner stops, closes its clients with 4010, and writes no more', async () => {
  world = await openWorld();
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const codes: number[] = [];
  ann.room?.onDrop((code) => void codes.push(code));
  const owned = world.room('talk');
  const claim = await world.store.claim('talk', 'another-process');
  expect(claim).toMatchObject({ epoch: 2 });
  const reply = ann.submit('read', { seq: 1 });
  await until(() => codes.length === 1);
  expect(codes).toEqual([4010]);
  expect(owned.sequencer.stopped).toBe(true);
  // Somebody asks for it here: it is claimed, read anew, and the command is done once.
  expect(await reply).toMatchObject({ ok: true });
  expect((await world.store.find('talk'))?.epoch).toBe(3);
});

it('[L34] an append of unknown fate is read back from the log: applied once, whether or not it took effect', async () => {
  let doubts: ('landed' | 'lost')[] = [];
  const wrap = (store: JournalStore): JournalStore => ({
    ...store,
    async append(...given) {
      const doubt = doubts.shift();
      if (doubt !== 'lost') await store.append(...given);
      if (doubt) throw new JournalError('unknown', 'no answer');
    },
  });
  world = await openWorld({ wrap });
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  for (const doubt of ['landed', 'lost'] as const) {
    doubts = [doubt];
    const before = ann.state.messages.size;
    expect(await ann.submit('post', { text: doubt })).toMatchObject({ ok: true });
    await up(ann);
    await until(() => ann.state.messages.size === before + 1);
  }
  expect([...ann.state.messages.values()].map(({ text }: { text: string }) => text)).toEqual(['landed', 'lost']);
});
