import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import { encodeInput } from '#schema/lanes.ts';
import { type Dropped, LANE, NOTICE } from '#schema/protocol.ts';
import { openWorld, quiet, type Seat, slow, until, up, type World } from './harness.ts';

quiet();
const newest: AnyMachine = { ...probe, name: 'newest', inputs: { order: 'latest', bytes: 8, perSecond: 40 } };
const still: AnyMachine = { ...probe, name: 'still', ticks: () => false };
const guarded: AnyMachine = {
  ...probe,
  name: 'guarded',
  inputs: { order: 'queue', bytes: 8, perSecond: 40, access: { verb: 'delete', resource: 'players' } },
};
const noLane: AnyMachine = { ...probe, name: 'no-lane', inputs: undefined as never };
const machines = [probe, newest, still, guarded, noLane];

const journal = slow();
let world: World;
beforeEach(async () => {
  world = await openWorld({ machines, wrap: journal.wrap });
});
afterEach(() => world.close());

/** An input is the speed of a mover, so that it is seen in the state. */
const speed = (seat: Seat, of = seat.player) => (seat.state.players.get(of) as { vx: number } | undefined)?.vx;
const going = (vx: number) => Uint8Array.of(128 + vx, 128);
const sendRaw = (seat: Seat, frame: Uint8Array) => seat.room?.sendBytes(LANE.input, frame);

function dropsOf(seat: Seat): Dropped[] {
  const heard: Dropped[] = [];
  seat.room?.onMessage(NOTICE.dropped, (dropped: Dropped) => void heard.push(dropped));
  return heard;
}
const counted = async (reason: string) => {
  const line = new RegExp(`parlor_lane_drops_total\\{lane="input",reason="${reason}"\\} (\\d+)`);
  return Number(line.exec(await world.host.metrics.page())?.[1] ?? 0);
};

it('[L121] an input reaches the next step, is acknowledged to its own seat with that step, and outlives a kill', async () => {
  await world.create(probe, 'p');
  const [ann, bea] = [await world.open('ann', 'p'), await world.open('bea', 'p')];
  const appends = world.room('p').replica.batch;
  expect(ann.lanes.input(going(7))).toBe(1);
  expect(ann.lanes.input(going(9))).toBe(2);
  await until(() => ann.lanes.acked.n === 2);
  await until(() => speed(bea, ann.player) === 9);
  expect(ann.lanes.acked.tick).toBeGreaterThan(0);
  expect(bea.lanes.acked).toEqual({ n: 0, tick: 0 });
  const { replica } = world.room('p');
  expect(replica.batch - appends).toBeLessThanOrEqual(replica.tick);
  expect(replica.ledger().outboxes.flatMap(([, { answers }]) => answers)).toEqual([]);
  await world.stop(false);
  await world.start({ machines });
  await up(ann, bea);
  await until(() => speed(bea, ann.player) === 9);
});

it('[L121] an ordered queue gives one input to each step; the latest alone is taken where the machine says so', async () => {
  for (const machine of [probe, newest]) {
    const room = `of-${machine.name}`;
    await world.create(machine, room);
    const ann = await world.open('ann', room);
    const { replica } = world.room(room);
    journal.hold();
    await until(() => journal.held() > 0); // a step is on its way; what comes now waits for the next ones
    for (const vx of [1, 2, 3]) ann.lanes.input(going(vx));
    await until(() => ann.room && journal.held() > 0);
    await ann.room?.request('refresh', { token: '' });
    const seen = new Set<number>();
    const stop = ann.subscribe(() => seen.add(speed(ann) as number));
    journal.release();
    await until(() => ann.lanes.acked.n === 3);
    await until(() => seen.has(3));
    stop();
    expect(replica.seats.held()).toEqual([0]);
    expect(seen.has(1) || seen.has(2)).toBe(machine === probe);
  }
});

it('[L122] what does not belong in the lane is dropped, counted by its reason, and said once', async () => {
  const cases: [reason: string, machine: AnyMachine, send: (seat: Seat) => void][] = [
    ['malformed', probe, (seat) => sendRaw(seat, Uint8Array.of(1, 2, 3))],
    ['malformed', probe, (seat) => [2, 2, 1].map((n) => sendRaw(seat, encodeInput(n, going(1))))],
    ['oversized', probe, (seat) => sendRaw(seat, encodeInput(1, new Uint8Array(9)))],
    ['rate', probe, (seat) => Array.from({ length: 45 }, () => seat.lanes.input(going(1)))],
    ['overflow', probe, (seat) => Array.from({ length: 20 }, () => seat.lanes.input(going(1)))],
    ['resting', still, (seat) => seat.lanes.input(going(1))],
    ['forbidden', guarded, (seat) => seat.lanes.input(going(1))],
    ['no-lane', noLane, (seat) => seat.lanes.input(going(1))],
  ];
  for (const [i, [reason, machine, send]] of cases.entries()) {
    await world.create(machine, `r${i}`);
    const seat = await world.open('ann', `r${i}`);
    const heard = dropsOf(seat);
    const before = await counted(reason);
    send(seat);
    send(seat);
    await until(() => heard.some((dropped) => dropped.reason === reason));
    await seat.submit('say', { text: 'after it' });
    expect(await counted(reason), reason).toBeGreaterThan(before);
    expect(heard.filter((dropped) => dropped.reason === reason)).toEqual([{ lane: 'input', reason }]);
    expect(seat.status).toBe('live');
  }
});

it('[L122] nothing is taken before `resume`, and a lane that is none or a frame too large ends its own connection', async () => {
  await world.create(probe, 'p');
  const [ann, mal] = [await world.open('ann', 'p'), await world.open('mal', 'p')];
  const connection = [...world.room('p').connections.all()].find(({ player }) => player === mal.player);
  if (connection) connection.outbox = undefined;
  const heard = dropsOf(mal);
  sendRaw(mal, encodeInput(1, going(5)));
  await until(() => heard.length > 0);
  expect(heard).toEqual([{ lane: 'input', reason: 'not-resumed' }]);
  expect(await counted('not-resumed')).toBe(1);
  for (const send of [
    () => sendRaw(mal, new Uint8Array(600)),
    () => mal.room?.sendBytes('nope', Uint8Array.of(1)),
    () => mal.room?.sendBytes(1, Uint8Array.of(1)),
  ]) {
    await up(mal);
    const codes: number[] = [];
    mal.room?.onLeave((code) => void codes.push(code));
    send();
    await until(() => codes.length > 0);
  }
  await up(mal);
  expect(ann.status).toBe('live');
});

it('[L123] inputs left by a lost socket are neither applied nor sent again, and count as acknowledged', async () => {
  await world.create(probe, 'p');
  const [ann, bea] = [await world.open('ann', 'p'), await world.open('bea', 'p')];
  ann.lanes.input(going(3));
  await until(() => speed(bea, ann.player) === 3);
  journal.hold();
  await until(() => journal.held() > 0);
  ann.lanes.input(going(90));
  await bea.room?.request('refresh', { token: '' });
  ann.line.cut();
  await until(() => ann.status === 'reconnecting');
  expect(ann.lanes.acked.n).toBe(2);
  expect(ann.lanes.input(going(91))).toBe(0);
  await until(() => world.room('p').connections.size === 1);
  journal.release();
  await up(ann);
  ann.lanes.input(going(4));
  const seen: number[] = [];
  bea.subscribe(() => seen.push(speed(bea, ann.player) as number));
  await until(() => speed(bea, ann.player) === 4);
  expect(new Set(seen)).not.toContain(90);
});

it('[L124] a fresh token with other roles opens the lane, and closes it', async () => {
  await world.create(guarded, 'p');
  const ann = await world.open('ann', 'p');
  const heard = dropsOf(ann);
  ann.lanes.input(going(1));
  await until(() => heard.length === 1);
  expect(heard).toEqual([{ lane: 'input', reason: 'forbidden' }]);
  const show = async (...roles: string[]) => {
    const token = await world.issuer.token({ name: 'ann', sid: 'login-of-ann', roles });
    expect(await ann.room?.request('refresh', { token })).toMatchObject({ ok: true });
  };
  await show('player', 'admin');
  const n = ann.lanes.input(going(2));
  await until(() => ann.lanes.acked.n === n);
  await until(() => speed(ann) === 2);
  await show('player');
  const before = await counted('forbidden');
  ann.lanes.input(going(3));
  await ann.submit('say', { text: 'after it' });
  expect(await counted('forbidden')).toBe(before + 1);
});
