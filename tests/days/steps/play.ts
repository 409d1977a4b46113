import { isDeepStrictEqual } from 'node:util';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Match } from '#schema/resources.ts';
import { eventually } from '#tests/days/installation.ts';
import type { Played } from '#tests/days/model.ts';
import type { Step } from '#tests/days/step.ts';
import type { World } from '#tests/days/world.ts';

const COLUMNS = 7;
/** Under the rules of some release. */
const MAY: ReadonlySet<string> = new Set(['connect-four/column-full', 'forbidden']);
const config = { turnMs: 600_000, absenceMs: 600_000 };

export const openMatch: Step = {
  name: 'open a match',
  weight: 3,
  possible: (model, now) => model.signedIn(now).length > 1,
  async do(world, model, random) {
    const [a, b] = random.shuffle(model.signedIn(world.now));
    if (!a || !b) return;
    const person = await world.of(a).person();
    const order = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game: 'connect-four', config } };
    const { metadata } = await person.call<Match>('POST', 'matches', order);
    const room = metadata.name;
    const pages = [await world.of(a).open<ConnectFour>(room), await world.of(b).open<ConnectFour>(room)] as const;
    await eventually(async () => {
      if (pages.some(({ state }) => state.phase !== 'playing')) throw new Error(`${room} does not begin`);
    });
    const seats: [string, string] = pages[0].seat === 0 ? [a.id, b.id] : [b.id, a.id];
    model.matches.push({ room, seats, cells: [...pages[0].state.cells], quarantined: false });
  },
};

/** A few discs; four in a row may come of it. */
export const play: Step = {
  name: 'play',
  weight: 5,
  possible: (model, now) => model.playing(now).length > 0,
  async do(world, model, random) {
    const match = random.pick(model.playing(world.now));
    for (let n = 0; n < 3 && !match.winners; n++) {
      const page = await turnOf(world, match);
      const reply = await page.submit('drop', { column: random.below(COLUMNS) });
      if (!reply.ok && !MAY.has(reply.code)) throw new Error(`a disc was refused: ${reply.code}`);
      read(match, page.state);
    }
  },
};

export const resign: Step = {
  name: 'resign',
  weight: 1,
  possible: (model, now) => model.playing(now).length > 0,
  async do(world, model, random) {
    const match = random.pick(model.playing(world.now));
    const page = await turnOf(world, match);
    const reply = await page.submit('resign');
    if (!reply.ok) throw new Error(`resigning was refused: ${reply.code}`);
    read(match, page.state);
  },
};

/** The page of the one whose turn it is, once both have seen what was played so far. */
async function turnOf(world: World, { seats, room, cells }: Played) {
  const pages: DurableConnection<ConnectFour>[] = [];
  for (const id of seats) pages.push(await world.of({ id }).open<ConnectFour>(room));
  await eventually(async () => {
    if (pages.some(({ state }) => !isDeepStrictEqual([...state.cells], cells))) throw new Error(`${room} is behind`);
  });
  const [page] = pages;
  const mover = pages.find(({ seat }) => seat === page?.state.turn);
  if (!mover) throw new Error(`it is nobody's turn in ${room}: ${page?.state.phase} ${page?.state.turn}`);
  return mover;
}

function read(match: Played, { cells, phase, winners }: ConnectFour): void {
  match.cells = [...cells];
  if (phase === 'finished') match.winners = [...winners].map((seat) => match.seats[seat] as string);
}
