import { afterAll, beforeAll, expect, it } from 'vitest';
import { EMPTY } from '#rooms/games/connect-four/rules.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Match } from '#schema/resources.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { type Any, backAfter } from './play.ts';

quiet();
let cluster: Cluster;
let people: [Person, Person];
beforeAll(async () => {
  cluster = await startCluster();
  people = [await cluster.register('Ada'), await cluster.register('Bea')];
});
afterAll(() => cluster?.close());

const cardsOf = (seat: Any, player: string): string[] => [...(seat.state.hands.get(player)?.cards ?? [])];

it('[P20] hidden hands are visible to their players again, and to no other', async () => {
  await cluster.settled();
  const seats = await Promise.all(people.map((person) => person.open('probe-1')));
  const [ada, bea] = seats as [Any, Any];
  for (const seat of seats) for (let n = 0; n < 3; n++) expect(await seat.submit('draw')).toMatchObject({ ok: true });
  await until(() => seats.every((seat) => cardsOf(seat, seat.player).length === 3));
  const before = seats.map((seat) => cardsOf(seat, seat.player));
  const owner = await cluster.ownerOf('probe-1');
  await backAfter(seats, () => owner.end('SIGKILL'));
  expect(await ada.submit('draw')).toMatchObject({ ok: true });
  await until(() => cardsOf(ada, ada.player).length === 4);
  expect(cardsOf(ada, ada.player).slice(0, 3)).toEqual(before[0]);
  expect(cardsOf(bea, bea.player)).toEqual(before[1]);
  expect(cardsOf(bea, ada.player)).toEqual([]);
  expect(cardsOf(ada, bea.player)).toEqual([]);
  await cluster.add();
});

it('[P20] the bot continues its match, also if its move was due when its process died', async () => {
  await cluster.settled();
  const spec = { game: 'connect-four', bot: true };
  const order = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec };
  const { metadata } = await people[0].call<Match>('POST', 'matches', order);
  const game = await people[0].open<ConnectFour>(metadata.name);
  const myTurn = () => game.state.phase === 'playing' && game.state.turn === game.seat;
  await until(myTurn, 20_000);
  const owner = await cluster.ownerOf(metadata.name);
  const discs = () => [...game.state.cells].filter((cell) => cell !== EMPTY).length;
  const before = discs();
  // It is killed as soon as the bot has to move.
  expect(await game.submit('drop', { column: 3 })).toMatchObject({ ok: true });
  await backAfter([game as unknown as Any], () => owner.end('SIGKILL'));
  await until(myTurn, 20_000);
  expect(discs()).toBe(before + 2); // one each, and none twice
  expect(await game.submit('drop', { column: 4 })).toMatchObject({ ok: true });
});
