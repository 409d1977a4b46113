/** After each step: what the installation says of itself is what the model says. */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Channel } from '#schema/chat.ts';
import type { Match, Player, Room, Session, Stat } from '#schema/resources.ts';
import { eventually } from '#tests/days/installation.ts';
import type { Model } from '#tests/days/model.ts';
import type { World } from '#tests/days/world.ts';
import type { Person } from '#tests/integration/process/parlor.ts';

/** A message goes within a second of its time; nothing is said of it right around then. */
const AROUND_MS = 10_000;

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
  await world.everybodyBack(model);
  const administrator = await (await world.administrator()).person();
  await logins(world, model);
  await names(world, model, administrator);
  await messages(world, model);
  await adoptResults(world.now, model, administrator);
  await boards(world, model);
  await scores(model, administrator);
  await quarantined(model, administrator);
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

/** Who is signed in is answered, who was signed out is not; the list of sessions has just the former. */
async function logins(world: World, model: Model): Promise<void> {
  for (const someone of model.people.values()) {
    const visitor = world.of(someone);
    if (!someone.login.ended) {
      const me = await (await visitor.person()).call<Player>('GET', 'players/me');
      agree('name', me.spec.displayName, someone.name);
      if (someone.player) agree(`the pseudonym of ${someone.name}`, me.metadata.name, someone.player);
      someone.player = me.metadata.name;
    } else {
      agree(`the ended login of ${someone.name}`, await visitor.status('players/me'), 401);
      agree(`the ended login of ${someone.name} refreshes`, await visitor.refreshes(), false);
    }
  }
}

async function names(world: World, model: Model, administrator: Person): Promise<void> {
  const { username } = world.installation.administrator();
  await eventually(async () => {
    const players = await all<Player>(administrator, 'players');
    const expected = [...model.people.keys(), username].sort();
    agree('players', players.map(({ spec }) => spec.displayName).sort(), expected);
    const sessions = await all<Session>(administrator, 'sessions');
    const signedIn = sessions.map(({ metadata }) => metadata.name);
    for (const someone of model.people.values())
      agree(`a live session of ${someone.name}`, signedIn.includes(world.of(someone).login), !someone.login.ended);
  });
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
  const here = new Set(model.signedIn(now).map(({ name }) => name));
  // A match that nobody has open sleeps, and a sleeping one is not listed.
  const known = model.matches.filter(
    ({ quarantined, winners, seats }) => !quarantined && (winners || seats.some((name) => here.has(name))),
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
  const names = new Map([...model.people.values()].map(({ player, name }) => [player, name]));
  return seats.flatMap(({ player, result }) => (result === 'win' ? [names.get(player) ?? player] : []));
}

async function boards(world: World, model: Model): Promise<void> {
  for (const { seats, cells, room } of model.playing(world.now)) {
    for (const name of seats) {
      const page = await world.of({ name }).open<ConnectFour>(room);
      await eventually(async () => {
        agree(`the board of ${room} as ${name} sees it`, [...page.state.cells], cells);
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
    const expected = [...model.scores()].sort(([a], [b]) => (a < b ? -1 : 1));
    agree('scores', found.map((stat) => [stat.spec.displayName, of(stat)]).sort(), expected);
  });
}

async function quarantined(model: Model, administrator: Person): Promise<void> {
  const rooms = await all<Room>(administrator, 'rooms');
  const aside = rooms.filter(({ status }) => status.phase === 'aside').map(({ metadata }) => metadata.name);
  const expected = model.matches.filter((match) => match.quarantined).map(({ room }) => room);
  agree('quarantined rooms', aside.sort(), expected.sort());
}
