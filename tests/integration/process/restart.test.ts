import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { isUp } from '#client/net/connection.ts';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Channel } from '#schema/chat.ts';
import type { Match } from '#schema/resources.ts';
import { freePort } from '#tests/kill/victim.ts';
import { openPages } from './pages.ts';
import { ParlorProcess } from './parlor.ts';

beforeAll(() => void vi.spyOn(console, 'info').mockImplementation(() => {}));

const OUTAGE_MS = 2_500;

type Game = DurableConnection<ConnectFour>;
type Talk = DurableConnection<Channel>;

/** The first player's discs go to column 0, the second's to column 1. */
async function drop(games: readonly Game[]): Promise<void> {
  const { turn } = (games[0] as Game).state;
  const mover = games.find(({ seat }) => seat === turn) as Game;
  expect(await mover.submit('drop', { column: turn })).toMatchObject({ ok: true });
  await vi.waitUntil(() => games.every(({ state }) => state.turn !== turn));
}

const left = (game: Game) => game.state.turnUntil - game.playTime();

/** What must be the same before and after: boards, turns, seats, who said what, and how far each has read. */
function picture(games: readonly Game[], talks: readonly Talk[]) {
  return {
    boards: games.map(({ state, seat, player }) => [[...state.cells], state.turn, state.phase, seat, player]),
    talk: talks.map(({ state, player }) => [
      [...state.messages.values()].map(({ id, text, author }) => [id, text, author]),
      state.members.get(player)?.read,
    ]),
  };
}

it('[X4] [R20] after kill -9 and Ctrl-C everything is restored, clients resume by themselves, and the match ends once', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-restart-'));
  const port = await freePort();
  let parlor = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  const started = [await parlor.ready()];
  const people = [await parlor.register('Ada'), await parlor.register('Bea')] as const;
  const pages = await openPages(await parlor.register('Cy'));
  onTestFinished(() => pages.close());
  const { status } = await people[0].call<{ status: { room: string } }>('POST', 'matches', {
    apiVersion: 'parlor.dev/v1',
    kind: 'Match',
    spec: { game: 'connect-four' },
  });
  const games: Game[] = [];
  const talks: Talk[] = [];
  for (const person of people) {
    games.push(await person.open<ConnectFour>(status.room));
    talks.push(await person.open<Channel>('channel-lobby'));
  }
  const all = [...games, ...talks];
  onTestFinished(async () => void (await Promise.all(all.map((one) => one.leave(false)))));
  const [game] = games as [Game];
  await vi.waitUntil(() => games.every(({ state }) => state.phase === 'playing'));
  const [ada, bea] = talks as [Talk, Talk];
  const first = await ada.submit('post', { text: 'read by Bea' });
  expect(await bea.submit('read', { seq: first.seq })).toMatchObject({ ok: true });
  expect(await ada.submit('post', { text: 'not read by Bea' })).toMatchObject({ ok: true });
  for (let n = 0; n < 3; n++) await drop(games);
  await vi.waitUntil(() => talks.every(({ state }) => state.messages.size === 2));

  const stopped: number[] = [];
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const before = picture(games, talks);
    const [clock, at] = [left(game), Date.now()];
    const { code, ms } = await parlor.end(signal);
    if (signal === 'SIGINT') expect(code).toBe(0);
    stopped.push(ms);
    await vi.waitUntil(() => all.every((one) => one.status === 'reconnecting'));
    await pause(OUTAGE_MS); // the outage itself
    parlor = new ParlorProcess({ dataDir, port });
    started.push(await parlor.ready());
    await vi.waitUntil(() => all.every((one) => isUp(one.status)), { timeout: 20_000 });
    await vi.waitUntil(() => games.every(({ state }) => [...state.seats].every(({ connected }) => connected)));
    expect(picture(games, talks)).toEqual(before);
    const ran = clock - left(game);
    expect(ran).toBeLessThan(Date.now() - at - OUTAGE_MS + 1_000);
    expect(ran).toBeGreaterThan(-1_000);
    await drop(games);
  }

  while (game.state.phase === 'playing') await drop(games);
  type Stats = { items: { spec: { player: string }; status: { played: number; won: number; lost: number } }[] };
  const scores = async () => {
    const { items } = await people[0].call<Stats>('GET', 'stats');
    const scored = items.filter(({ status: { played } }) => played > 0);
    return scored.map(({ spec, status: { played, won, lost } }) => [spec.player, played, won, lost]);
  };
  await vi.waitUntil(async () => (await scores()).length === 2, { timeout: 10_000, interval: 100 });
  const seats = [...games].sort((a, b) => a.seat - b.seat).map(({ player }) => player);
  const expected = seats.map((player, seat) => [player, 1, ...(game.state.winners[0] === seat ? [1, 0] : [0, 1])]);
  expect((await scores()).sort()).toEqual(expected.sort());
  // [R20] the pages of both are still open
  const over = await people[0].call<Match>('GET', `matches/${status.room}`);
  const results = seats.map((player, seat) => ({ player, result: game.state.winners[0] === seat ? 'win' : 'loss' }));
  expect(over.status).toMatchObject({ phase: 'finished', ending: game.state.ending, seats: results });
  const { items } = await people[0].call<{ items: Match[] }>('GET', 'matches');
  expect(items.filter(({ status: { room } }) => room === status.room)).toEqual([over]);
  console.log(JSON.stringify({ startedMs: started, stoppedMs: stopped }));
});
