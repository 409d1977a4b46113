import { afterEach, beforeEach, expect, it } from 'vitest';
import { channel } from '#rooms/chat/chat.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { EVERYONE, encodeSignal, type Signal } from '#schema/lanes.ts';
import { type Dropped, LANE, MAX_SIGNAL, NOTICE } from '#schema/protocol.ts';
import { cutAndReturn, openWorld, quiet, type Seat, until, up, type World } from './harness.ts';

quiet();
/** It does not step, so that its log has nothing but what people did. */
const talk: AnyMachine = { ...channel, name: 'talk', signals: { bytes: 200, perSecond: 10 } };
const guarded: AnyMachine = {
  ...talk,
  name: 'guarded',
  signals: { bytes: 200, perSecond: 10, access: { verb: 'delete', resource: 'players' } },
};
let world: World;
beforeEach(async () => {
  world = await openWorld({ machines: [talk, guarded, channel] });
});
afterEach(() => world.close());

const text = (said: string) => new TextEncoder().encode(said);
const sendRaw = (seat: Seat, frame: Uint8Array) => seat.room?.sendBytes(LANE.signal, frame);

/** What a seat heard, as `seat: text`. */
function heardBy(seat: Seat): string[] {
  const heard: string[] = [];
  seat.lanes.onSignal(({ seat: from, bytes }: Signal) => heard.push(`${from}: ${new TextDecoder().decode(bytes)}`));
  return heard;
}

it('[L125] a signal reaches the others, or the one seat it names, never its sender, and is in no log, state or reply', async () => {
  await world.create(talk, 't');
  const seats = [await world.open('ann', 't'), await world.open('bea', 't'), await world.open('cat', 't')] as const;
  const [ann, bea, cat] = seats;
  const { replica } = world.room('t');
  const before = { batch: replica.batch, hash: replica.hash() };
  const [byAnn, byBea, byCat] = seats.map(heardBy) as [string[], string[], string[]];
  expect(ann.lanes.signal(text('typing'))).toBe(true);
  expect(ann.lanes.signal(text('an offer'), cat.seat)).toBe(true);
  expect(bea.lanes.signal(text('an answer'), ann.seat)).toBe(true);
  expect(bea.lanes.signal(text('for a seat that is free'), 70)).toBe(true);
  expect(cat.lanes.signal(text('last'))).toBe(true);
  await until(() => byAnn.includes(`${cat.seat}: last`) && byBea.includes(`${cat.seat}: last`));
  await until(() => byCat.length === 2);
  expect(byAnn).toEqual([`${bea.seat}: an answer`, `${cat.seat}: last`]);
  expect(byBea).toEqual([`${ann.seat}: typing`, `${cat.seat}: last`]);
  expect(byCat).toEqual([`${ann.seat}: typing`, `${ann.seat}: an offer`]);
  expect({ batch: replica.batch, hash: replica.hash() }).toEqual(before);
});

it('[L125] a disconnected client does not receive missed signals later', async () => {
  await world.create(talk, 't');
  const [ann, bea] = [await world.open('ann', 't'), await world.open('bea', 't')];
  const heard = heardBy(bea);
  bea.line.cut();
  await until(() => bea.status === 'reconnecting');
  await until(() => world.room('t').connections.size === 1);
  ann.lanes.signal(text('missed'));
  expect(bea.lanes.signal(text('never sent'))).toBe(false);
  await up(bea);
  await cutAndReturn(ann);
  ann.lanes.signal(text('heard'));
  await until(() => heard.length > 0);
  expect(heard).toEqual([`${ann.seat}: heard`]);
});

it('[L126] a malformed, oversized, excess or forbidden signal, or one without a lane, is dropped with its reason and not relayed', async () => {
  const large = encodeSignal(EVERYONE, new Uint8Array(201));
  const cases: [reason: string, machine: AnyMachine, send: (seat: Seat) => unknown][] = [
    ['malformed', talk, (seat) => sendRaw(seat, Uint8Array.of(1))],
    ['oversized', talk, (seat) => sendRaw(seat, large)],
    ['rate', talk, (seat) => Array.from({ length: 12 }, () => seat.lanes.signal(text('x'), 99))],
    ['forbidden', guarded, (seat) => seat.lanes.signal(text('x'))],
    ['no-lane', channel, (seat) => seat.lanes.signal(text('x'))],
  ];
  for (const [i, [reason, machine, send]] of cases.entries()) {
    await world.create(machine, `r${i}`);
    const [ann, bea] = [await world.open('ann', `r${i}`), await world.open('bea', `r${i}`)];
    const dropped: Dropped[] = [];
    ann.room?.onMessage(NOTICE.dropped, (one: Dropped) => void dropped.push(one));
    const heard = heardBy(bea);
    send(ann);
    send(ann);
    await until(() => dropped.length > 0);
    expect(await ann.submit('post', { text: 'after it' })).toMatchObject({ ok: true });
    await until(() => bea.state.messages.size === 1);
    expect(dropped).toEqual([{ lane: 'signal', reason }]);
    expect(heard).toEqual([]);
    expect(await world.host.metrics.page()).toContain(`parlor_lane_drops_total{lane="signal",reason="${reason}"}`);
  }
});

it('[L126] a frame beyond the largest signal ends its own connection', async () => {
  await world.create(talk, 't');
  const [ann, mal] = [await world.open('ann', 't'), await world.open('mal', 't')];
  const codes: number[] = [];
  mal.room?.onLeave((code) => void codes.push(code));
  sendRaw(mal, new Uint8Array(MAX_SIGNAL + 3));
  await until(() => codes.length > 0);
  await up(mal);
  expect(ann.status).toBe('live');
});
