/** After each step: what the installation says of itself is what the model says. */
import { isDeepStrictEqual } from 'node:util';
import { isOver } from '#client/net/connection.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Channel } from '#schema/chat.ts';
import type { Ban, Match, Player, Room, Session, Stat } from '#schema/resources.ts';
import { eventually } from '#tests/days/installation.ts';
import { AROUND_MS, type Model, type Someone } from '#tests/days/model.ts';
import type { World } from '#tests/days/world.ts';
import type { Person } from '#tests/integration/process/parlor.ts';
import { ask } from '#tests/integration/process/rest.ts';

/** How a clock ends a match. */
const CLOCKS = new Set(['clock', 'absent']);

type List<T> = { items: T[]; metadata: { continue?: string } };

function agree(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

/** @throws with the difference. */
export async function check(world: World, model: Model): Promise<void> {
  const { status } = await fetch(`${world.installation.origin}/readyz`);
  agree('readyz', status, 200);
  await noBanEnds(world, model);
  await world.everybodyBack(model);
  const administrator = await (await world.administrator()).person();
  await liveness(world, model);
  await names(world, model, administrator);
  await bans(world, model, administrator);
  await messages(world, model);
  await adoptResults(world.now, model, administrator);
  await boards(world, model);
  await scores(model, administrator);
  await quarantined(model, administrator);
  await closed(model, administrator);
}

async function all<T>(administrator: Person, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let from: string | undefined = ''; from !== undefined; ) {
    const page: List<T> = await administrator.call('GET', `${path}${from && `?continue=${encodeURIComponent(from)}`}`);
    found.push(...page.items);
    from = page.metadata.continue;
  }
  return found;
}

/** Waits until every ban has either ended, or will be there for the rest of the check. */
async function noBanEnds(world: World, { all }: Model): Promise<void> {
  await eventually(async () => {
    const ends = all.find(
      ({ bannedUntil }) => Math.abs(bannedUntil - world.now - AROUND_MS / 2) < AROUND_MS / 2 + 1_000,
    );
    if (ends) throw new Error(`the ban of ${ends.id} is about to end`);
  });
}

/** Who is signed in is answered, who was signed out is not; the list of sessions has just the former. */
async function liveness(world: World, model: Model): Promise<void> {
  for (const someone of model.all) {
    const { id, name, session, bannedUntil } = someone;
    if (session.ended) await isOut(world, someone);
    else if (bannedUntil > world.now) agree(`banned ${id}`, await world.of(someone).status('players/me'), 403);
    else {
      const me = await (await world.of(someone).person()).call<Player>('GET', 'players/me');
      agree('name', me.spec.displayName, name);
      if (someone.player) agree(`the pseudonym of ${id}`, me.metadata.name, someone.player);
      someone.player = me.metadata.name;
    }
  }
}

async function isOut(world: World, someone: Someone): Promise<void> {
  const visitor = world.of(someone);
  // A ban is named before the session that it ended.
  const refused = someone.bannedUntil > world.now ? 403 : 401;
  agree(`the ended session of ${someone.id}`, await visitor.status('players/me'), refused);
  agree(`the ended session of ${someone.id} refreshes`, await visitor.refreshes(), false);
  await eventually(async () => {
    for (const [room, { status }] of visitor.pages)
      agree(`whether ${room} is over for ${someone.id}`, isOver(status), true);
  });
}

async function names(world: World, model: Model, administrator: Person): Promise<void> {
  const { username } = world.installation.administrator();
  await eventually(async () => {
    const players = await all<Player>(administrator, 'players');
    const expected = [...model.known.map(({ name, disabled }) => [name, !disabled]), [username, true]].sort();
    agree('players', players.map(({ spec }) => [spec.displayName, spec.enabled]).sort(), expected);
    for (const { player, id, erased } of model.all)
      agree(
        `whether the list has ${id}`,
        players.some(({ metadata }) => metadata.name === player),
        !erased,
      );
    const sessions = await all<Session>(administrator, 'sessions');
    const signedIn = sessions.map(({ metadata }) => metadata.name);
    const here = model.idsOf(model.signedIn(world.now));
    for (const { id } of model.all)
      agree(`a live session of ${id}`, signedIn.includes(world.of({ id }).session), here.has(id));
  });
}

async function bans(world: World, model: Model, administrator: Person): Promise<void> {
  const found = (await all<Ban>(administrator, 'bans')).map(({ spec }) => [spec.player, Date.parse(spec.endsAt)]);
  const expected = model.all.filter(({ bannedUntil }) => bannedUntil > world.now);
  agree('bans', found.sort(), expected.map(({ player, bannedUntil }) => [player, bannedUntil]).sort());
}

async function messages(world: World, model: Model): Promise<void> {
  const [someone] = model.signedIn(world.now);
  if (!someone) return;
  const page = await world.of(someone).open<Channel>('channel-lobby');
  await eventually(async () => {
    const { now } = world;
    const near = ({ expiresAt }: { expiresAt: number }) => Math.abs(expiresAt - now) < AROUND_MS;
    const texts = (said: Iterable<{ text: string; expiresAt: number }>) =>
      [...said].filter((one) => !near(one)).map(({ text }) => text);
    const expected = texts(model.said.filter(({ expiresAt }) => expiresAt > now));
    agree('messages', texts(page.state.messages.values()), expected);
  });
}

/** A clock may have ended a match meanwhile: then how is the server's to say, but once and for all. */
async function adoptResults(now: number, model: Model, administrator: Person): Promise<void> {
  const listed = new Map((await all<Match>(administrator, 'matches')).map((match) => [match.status.room, match]));
  for (const match of model.matches) {
    const found = listed.get(match.room)?.status;
    if (!match.winners && !match.quarantined && found?.phase === 'finished')
      if (found.ending && CLOCKS.has(found.ending)) match.winners = winnersOf(model, found);
  }
  const here = model.idsOf(model.signedIn(now));
  // A match that nobody has open sleeps, and a sleeping one is not listed.
  const known = model.matches.filter(
    ({ quarantined, winners, seats }) => !quarantined && (winners || seats.some((id) => here.has(id))),
  );
  await eventually(async () => {
    const listed = await all<Match>(administrator, 'matches');
    for (const { room, winners } of known) {
      const found = listed.filter(({ status }) => status.room === room).map(({ status }) => status);
      const phases = found.map(({ phase }) => phase);
      agree(`match ${room}`, phases, [winners ? 'finished' : 'playing']);
      const [one] = found;
      if (winners && one) agree(`winners of ${room}`, winnersOf(model, one).sort(), [...winners].sort());
    }
  });
}

function winnersOf(model: Model, { seats }: Match['status']): string[] {
  const ids = new Map(model.all.map(({ player, id }) => [player, id]));
  return seats.flatMap(({ player, result }) => (result === 'win' ? [ids.get(player) ?? player] : []));
}

async function boards(world: World, model: Model): Promise<void> {
  for (const { seats, cells, room } of model.playing(world.now)) {
    for (const id of seats) {
      const page = await world.of({ id }).open<ConnectFour>(room);
      await eventually(async () => {
        agree(`the board of ${room} as ${id} sees it`, [...page.state.cells], cells);
        agree(`phase of ${room}`, page.state.phase, 'playing');
      });
    }
  }
}

async function scores(model: Model, administrator: Person): Promise<void> {
  await eventually(async () => {
    const stats = await all<Stat>(administrator, 'stats');
    const found = stats.filter(({ status }) => status.played > 0);
    const of = ({ status: { played, won, lost } }: Stat) => [played, won, lost];
    const expected = [...model.scores()].flatMap(([id, score]) => {
      const { player, erased } = model.people.get(id) as Someone;
      return erased ? [] : [[player, score]];
    });
    agree('scores', found.map((stat) => [stat.spec.player, of(stat)]).sort(), expected.sort());
  });
}

async function quarantined(model: Model, administrator: Person): Promise<void> {
  const rooms = await all<Room>(administrator, 'rooms');
  const quarantined = rooms.filter(({ status }) => status.phase === 'quarantined').map(({ metadata }) => metadata.name);
  const expected = model.matches.filter((match) => match.quarantined).map(({ room }) => room);
  agree('quarantined rooms', quarantined.sort(), expected.sort());
}

/** Those that were closed last: there is no such match any more, and what was played is kept. */
async function closed(model: Model, administrator: Person): Promise<void> {
  for (const room of model.closed.slice(-3)) {
    const found = await ask(administrator, 'GET', `matches/${room}`);
    agree(`the closed match ${room}`, found.code, 404);
    agree(`the log of the closed match ${room}`, (await ask(administrator, 'GET', `rooms/${room}/log`)).code, 200);
  }
}
