/** Every call to the journal fails once, before it took effect or with its answer lost, at each step of a room's life. */
import { afterEach, expect, it, vi } from 'vitest';
import { isOver } from '#client/net/connection.ts';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { type Claim, JournalError, type JournalStore, type MatchOutcome } from '#rooms/ports.ts';
import { openWorld, quiet, type Seat, until, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

type Call = keyof JournalStore;
type When = 'not done' | 'answer lost';

/** Of a room, by the id or the claim that they are given first. */
const OF_ROOM: Call[] = 'find claim load append snapshot settle restoring restored end'.split(' ') as Call[];
/** Of all rooms of a process. */
const OF_ALL: Call[] = ['owners', 'roomsBy', 'due', 'alive', 'lastAlive', 'scrub'];

/** Fails the next call of that name about that room, or about all. */
function failing() {
  const armed = new Map<string, When>();
  const failed: string[] = [];
  const place = (call: Call, room: string) => `${call} ${room}`;
  return {
    failed,
    arm: (call: Call, room: string, when: When) => void armed.set(place(call, room), when),
    disarm: () => armed.clear(),
    wrap: (store: JournalStore): JournalStore =>
      new Proxy(store, {
        get(target, call: Call) {
          const run = target[call] as (...given: unknown[]) => Promise<unknown>;
          if (call === 'close') return run;
          return async (...given: unknown[]) => {
            const [of] = given as [string | Claim];
            const at = place(call, OF_ALL.includes(call) ? '' : typeof of === 'string' ? of : of.room);
            const when = armed.get(at);
            armed.delete(at);
            if (when === 'not done') {
              failed.push(at);
              throw new JournalError('unknown', 'planted: it did not arrive');
            }
            const answer = await run.apply(target, given);
            if (when === undefined) return answer;
            failed.push(at);
            throw new JournalError('unknown', 'planted: the answer is lost');
          };
        },
      }),
  };
}

it('[L35] each journal call fails once at every step of a match: no player is refused for good, and every outcome is delivered once', async () => {
  const faults = failing();
  const refused = new Set<string>();
  const once = (of: string) => {
    if (refused.has(of)) return;
    refused.add(of);
    throw new Error('planted: not now');
  };
  const delivered: MatchOutcome[] = [];
  const options = {
    wrap: faults.wrap,
    idleMs: 500,
    outcomes: {
      async deliver(outcome: MatchOutcome) {
        once(`outcome ${outcome.room}`);
        delivered.push(outcome);
      },
    },
    questions: () => ({
      async ending(room: string) {
        once(`ending ${room}`);
      },
    }),
  };
  world = await openWorld(options);
  const cases = OF_ROOM.flatMap((call) =>
    (['not done', 'answer lost'] as const).map((when) => ({ call, when, room: `m-${call}-${when.replace(' ', '-')}` })),
  );
  const arm = () => {
    for (const { call, when, room } of cases) faults.arm(call, room, when);
    for (const call of OF_ALL) faults.arm(call, '', 'not done');
  };
  const final = new Map<string, string>();
  const matches = await Promise.all(
    cases.map(async ({ room }) => {
      await world.create(connectFour, room);
      const pair = await Promise.all(['ann', 'bea'].map((name) => world.open(name, room)));
      for (const seat of pair)
        seat.subscribe(() => isOver(seat.status) && final.set(room, `${seat.status} ${seat.refusal}`));
      return { room, pair: pair as [Seat, Seat] };
    }),
  );
  const move = ({ pair: [ann, bea] }: (typeof matches)[number]) => {
    const mover = ann.seat === ann.state.turn ? ann : bea;
    return mover.submit('drop', { column: mover === ann ? 0 : 1 });
  };
  const everyone = matches.flatMap(({ pair }) => pair);
  const all = (what: (match: (typeof matches)[number]) => boolean) => until(() => matches.every(what), 30_000);
  await all(({ pair }) => pair.every(({ state }) => state.phase === 'playing'));

  // while it is played
  arm();
  for (const reply of await Promise.all(matches.map(move))) expect(reply).toMatchObject({ ok: true });

  // while it is woken by the next process
  await world.stop(false);
  arm();
  await world.start();
  await up(...everyone);
  await all(({ pair }) => pair.every(({ state }) => [...state.cells].filter((cell) => cell >= 0).length === 1));
  for (const reply of await Promise.all(matches.map(move))) expect(reply).toMatchObject({ ok: true });
  expect([...final]).toEqual([]);

  // while its outcome is delivered, and it ends
  arm();
  await Promise.all(matches.map(({ pair }) => pair[0].submit('resign')));
  await vi.waitUntil(() => delivered.length >= cases.length, { timeout: 30_000 });
  expect([...final]).toEqual([]);
  await Promise.all(everyone.map((seat) => seat.leave()));
  arm();
  const over = async () =>
    (await Promise.all(cases.map(({ room }) => world.store.find(room)))).map((one) => one?.ended);
  await vi.waitUntil(async () => (await over().catch(() => [false])).every((ended) => ended === true), {
    timeout: 40_000,
    interval: 100,
  });
  expect(delivered.map(({ room }) => room).sort()).toEqual(cases.map(({ room }) => room).sort());
  for (const call of [...OF_ROOM, ...OF_ALL].filter((call) => call !== 'lastAlive' && call !== 'scrub'))
    expect(
      faults.failed.some((at) => at.startsWith(`${call} `)),
      `${call} was never called`,
    ).toBe(true);
});

it('[L37] a snapshot or scrub that the store refused is written again, also in a room without further commands', async () => {
  const faults = failing();
  world = await openWorld(faults);
  await world.create(channel, 'talk');
  const ann = await world.open('ann', 'talk');
  const posted = await ann.submit('post', { text: 'taken back' });
  await vi.waitUntil(async () => (await world.store.find('talk'))?.unsettled === false, { timeout: 5_000 });
  faults.arm('snapshot', 'talk', 'not done');
  faults.arm('scrub', '', 'not done');
  expect(await ann.submit('redact', { id: (posted as { seq: number }).seq })).toMatchObject({ ok: true });
  await until(() => faults.failed.length === 2);
  await vi.waitUntil(async () => (await world.store.find('talk'))?.unsettled === false, { timeout: 5_000 });
});

it('[L36] a restore overtaken by another process answers `moved`, leaves no room behind, and does not block others from closing', async () => {
  let overtake = false;
  const wrap = (store: JournalStore): JournalStore => ({
    ...store,
    async append(claim, n, bytes) {
      if (overtake && claim.room === 'contested') await store.claim(claim.room, 'another process');
      return store.append(claim, n, bytes);
    },
  });
  world = await openWorld({ wrap });
  await world.create(channel, 'contested');
  await world.create(channel, 'other');
  await world.stop();
  await world.start();
  overtake = true;
  const waking = world.host.directory.wake('contested');
  await world.host.directory.wake('other');
  const closing = world.host.directory.close();
  expect(await waking).toBe('moved');
  expect(world.host.directory.loaded('contested')).toBeUndefined();
  await closing;
  expect(world.host.directory.size).toBe(0);
  expect(await world.store.find('other')).toMatchObject({ unsettled: false });
});

it('[L39] a permanent room that is missing in the journal is created anew on request', async () => {
  world = await openWorld({ permanent: new Map([['talk', channel]]) });
  expect(await world.host.directory.wake('talk')).toBeUndefined();
  const ann = await world.open('ann', 'talk');
  expect(await ann.submit('post', { text: 'before' })).toMatchObject({ ok: true });
  const claim = await world.store.claim('talk', 'an operator');
  if (typeof claim === 'string') throw new Error(claim);
  await world.store.end(claim, false); // as a Redis that was emptied
  await until(
    () => ann.submit('post', { text: 'lost' }) !== undefined && world.host.directory.loaded('talk') === undefined,
  );
  expect(await world.store.find('talk')).toBeUndefined();
  expect(await world.host.directory.wake('talk')).toBeUndefined();
  await up(ann);
  expect(await ann.submit('post', { text: 'after' })).toMatchObject({ ok: true });
});
