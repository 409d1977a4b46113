import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { defineGame } from '#rooms/kernel/define-game.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { MatchState } from '#schema/states.ts';
import { askHere } from '#server/cluster/ask.ts';
import { matchCalls, openMatches } from '#server/matchmaking/matches.ts';
import { gamesAmong } from '#server/resources/games.ts';
import { matchChannels } from '#server/rooms/channels.ts';
import { shownOf } from '#server/rooms/tables.ts';
import { openWorld, quiet, type Seat, until, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

const Race = MatchState.extend({}, 'Race');
const race = defineGame({
  name: 'race',
  source: import.meta.url,
  seats: { min: 2, max: 2 },
  State: Race,
  moves: { shout: { payload: z.strictObject({}), apply() {} } },
  realtime: { rate: 20, step() {} },
  outcome: () => undefined,
});

const phaseIs = (phase: string, ...seats: Seat[]) => until(() => seats.every(({ state }) => state.phase === phase));

it('[G17] a realtime match that waits or is over writes no entries while another one ticks', async () => {
  const entries = new Map<string, number>();
  const counting = (store: JournalStore): JournalStore => ({
    ...store,
    append(claim, ...given) {
      entries.set(claim.room, (entries.get(claim.room) ?? 0) + 1);
      return store.append(claim, ...given);
    },
  });
  world = await openWorld({ machines: [race], wrap: counting });
  for (const room of ['here', 'beside']) await world.create(race, room);
  const [, ann] = [await world.open('cat', 'beside'), await world.open('ann', 'here')];
  await world.open('dan', 'beside');
  const beside = world.room('beside').replica;
  const { sequencer, replica } = world.room('here');
  /** Entries of a room of which everything is written, in the time of twenty ticks. */
  const written = async () => {
    await until(() => sequencer.length === 0 && replica.outcomes.length === 0);
    const [before, from] = [entries.get('here'), beside.tick];
    await until(() => beside.tick >= from + 20);
    return (entries.get('here') ?? 0) - (before ?? 0);
  };
  expect([ann.state.phase, await written()]).toEqual(['waiting', 0]);
  const bea = await world.open('bea', 'here');
  await phaseIs('playing', ann, bea);
  expect(await written()).toBeGreaterThan(10);
  await ann.submit('resign', {});
  await phaseIs('finished', ann, bea);
  expect([world.room('here').connections.size, await written()]).toEqual([2, 0]);
});

it('[G18] a rematch keeps the settings of its match and is reserved for the same players', async () => {
  world = await openWorld({ machines: [connectFour, channel] });
  const { directory } = world.host;
  const calls = matchCalls({ directory, games: [connectFour], asking: askHere, shown: () => [] });
  const config = { turnMs: 45_000, absenceMs: 25_000 };
  const { room } = (await calls.table({ game: 'connect-four', config, player: 'ann' })) as { room: string };
  const [ann, bea] = [await world.open('ann', room), await world.open('bea', room)];
  await phaseIs('playing', ann, bea);
  expect(await calls.rematch({ room, player: ann.player })).toEqual({ refused: 'match-running' });
  await ann.submit('resign');
  await phaseIs('finished', ann, bea);
  expect(await calls.rematch({ room, player: 'somebody' })).toEqual({ refused: 'not-seated' });

  const asked = [ann, bea].map(({ player }) => calls.rematch({ room, player }));
  const [one, other] = (await Promise.all(asked)) as { room: string }[];
  const next = one?.room as string;
  expect(other?.room).toBe(next);
  expect(next).not.toBe(room);
  await until(() => [ann, bea].every(({ state }) => state.rematch === next));
  const configOf = (match: string) => world.room(match).replica.genesis.config;
  expect(configOf(room)).toMatchObject(config);
  expect(configOf(next)).toEqual({ ...(configOf(room) as object), reserved: [ann.player, bea.player] });
  expect((await world.open('cat', next)).refusal).toBe('room-full');
  const again = [await world.open('bea', next), await world.open('ann', next)];
  await phaseIs('playing', ...again);
  expect(again[0]?.state).toMatchObject(config);
});

it('[G23] only the kind decides whether a machine is a game, not its name, storage mode or listing', async () => {
  const board = { ...connectFour, name: 'alike', kind: 'board' as const };
  const forgetful = { ...connectFour, name: 'forgetful', keeps: 'state' as const };
  const machines = [channel, board, forgetful];
  expect(gamesAmong(machines)).toEqual([forgetful]);
  world = await openWorld({ machines });
  await world.create(board, 'b1');
  await world.create(forgetful, 'm1');
  await world.create(channel, 'channel-m1', {});
  const shown = ['b1', 'm1', 'channel-m1'].flatMap((room) => shownOf(world.room(room)) ?? []);
  expect(shown.map(({ room, kind }) => [room, kind])).toEqual([
    ['b1', 'board'],
    ['m1', 'match'],
    ['channel-m1', 'channel'],
  ]);
  const ann = await world.open('ann', 'm1');
  const now = ['b1', 'm1', 'channel-m1'].flatMap((room) => shownOf(world.room(room)) ?? []);
  expect(matchChannels(now, ann.player).map(({ name }) => name)).toEqual(['m1']);
  expect(matchChannels(now, 'somebody')).toEqual([]);
});

it('[G24] the reply to resume names the machine of the room', async () => {
  world = await openWorld({ machines: [race, channel] });
  await world.create(race, 'here');
  await world.create(channel, 'talk', {});
  expect((await world.open('ann', 'here')).machine).toBe('race');
  expect((await world.open('ann', 'talk')).machine).toBe('channel');
});

it('[G25] a match against the bot is opened only for a game with a bot', async () => {
  world = await openWorld({ machines: [connectFour, race, channel] });
  const { directory } = world.host;
  const games = [connectFour, race];
  const calls = matchCalls({ directory, games, asking: askHere, shown: () => [] });
  const perMinute = { take: async () => 0 };
  const open = openMatches(askHere(calls as never), games, { most: 9, perMinute, shown: () => [] });
  const order = { mode: 'new' as const, player: 'ann', roles: [] };
  expect(await open({ ...order, game: 'race', bot: true })).toEqual({ refused: 'no-bot', field: 'bot' });
  for (const field of ['bot', 'reserved'])
    expect(await open({ ...order, game: 'race', config: { [field]: true } })).toEqual({
      refused: 'malformed',
      field: `config.${field}`,
    });
  expect(await calls.table({ game: 'race', config: { bot: true }, player: '' })).toMatchObject({
    refused: 'malformed',
  });
  const { room } = (await open({ ...order, game: 'connect-four', bot: true })) as { room: string };
  expect((world.room(room).replica.state as MatchState).bot).toBe(true);
  expect(await open({ ...order, game: 'race', bot: false })).toMatchObject({ game: 'race' });
});
