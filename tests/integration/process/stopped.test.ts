/** A process, or a process and its Redis, that stand still for longer than a turn: as a closed lid or a paused host does it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Match } from '#schema/resources.ts';
import { startCluster } from '#tests/integration/cluster/cluster.ts';
import { quiet } from '#tests/integration/rooms/harness.ts';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess, type Person } from './parlor.ts';

quiet();

const TURN_MS = 8_000;

async function staysPlayable(people: readonly [Person, Person], stop: () => void, resume: () => void): Promise<void> {
  const spec = { game: 'connect-four', config: { turnMs: TURN_MS } };
  const { metadata } = await people[0].call<Match>('POST', 'matches', {
    apiVersion: 'parlor.dev/v1',
    kind: 'Match',
    spec,
  });
  const games = [
    await people[0].open<ConnectFour>(metadata.name),
    await people[1].open<ConnectFour>(metadata.name),
  ] as const;
  onTestFinished(async () => void (await Promise.all(games.map((game) => game.leave(false)))));
  await vi.waitUntil(() => games.every(({ state }) => state.phase === 'playing'));
  const { turn, turnUntil } = games[0].state;
  const mover = games[0].seat === turn ? games[0] : games[1];
  stop();
  await pause(TURN_MS + 500); // the gap is what is tested
  resume();
  expect(await mover.submit('drop', { column: 3 })).toMatchObject({ ok: true });
  await vi.waitUntil(() => games.every(({ state }) => state.turn !== turn), 5_000);
  // In playing time it was moved before the end of the turn, and the next one ends a turn later at most.
  expect(mover.state.turnUntil).toBeLessThanOrEqual(turnUntil + TURN_MS);
  expect(mover.state.phase).toBe('playing');
}

it('[L112] a process stopped for longer than a turn continues with that turn', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-stopped-'));
  const parlor = new ParlorProcess({ dataDir, port: await freePort() });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  await parlor.ready();
  const people = [await parlor.register('Ada'), await parlor.register('Bea')] as const;
  await staysPlayable(
    people,
    () => parlor.signal('SIGSTOP'),
    () => parlor.signal('SIGCONT'),
  );
});

it('[L112] a cluster member whose Redis was stopped with it continues too', async () => {
  const cluster = await startCluster(1);
  onTestFinished(() => cluster.close());
  await cluster.settled();
  const people = [await cluster.register('Ada'), await cluster.register('Bea')] as const;
  const all = [cluster.redis, ...[...cluster.rooms, cluster.edge].map((one) => paused(one))];
  await staysPlayable(
    people,
    () => all.toReversed().forEach((one) => void one.pause()),
    () => all.forEach((one) => void one.resume()),
  );
});

function paused(one: ParlorProcess) {
  return { pause: () => one.signal('SIGSTOP'), resume: () => one.signal('SIGCONT') };
}
