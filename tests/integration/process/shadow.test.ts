import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess } from './parlor.ts';
import { nextRelease, THIS_RELEASE } from './release.ts';
import { runShadow } from './shadow.ts';

beforeAll(() => void vi.spyOn(console, 'info').mockImplementation(() => {}));

type Game = DurableConnection<ConnectFour>;

it('[P40] npm run shadow reads an embedded journal without writing, and names the rooms that would diverge and where', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-shadow-'));
  const [port, next] = [await freePort(), await nextRelease()];
  const parlor = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await Promise.all([rm(dataDir, { recursive: true, force: true }), next.remove()]);
  });
  await parlor.ready();
  const people = [await parlor.register('Ada'), await parlor.register('Bea')] as const;
  const rooms: string[] = [];
  for (const columns of [
    [0, 6, 1],
    [0, 1, 2],
  ]) {
    const spec = { game: 'connect-four' };
    const order = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec };
    const { metadata } = await people[0].call<{ metadata: { name: string } }>('POST', 'matches', order);
    rooms.push(metadata.name);
    const games: Game[] = [];
    for (const person of people) games.push(await person.open<ConnectFour>(metadata.name));
    await vi.waitUntil(() => games.every(({ state }) => state.phase === 'playing'));
    for (const column of columns) {
      const { turn } = (games[0] as Game).state;
      const mover = games.find(({ seat }) => seat === turn) as Game;
      expect(await mover.submit('drop', { column })).toMatchObject({ ok: true });
      await vi.waitUntil(() => games.every(({ state }) => state.turn !== turn));
    }
    for (const game of games) await game.leave(false);
  }
  const env = { PARLOR_DATA_DIR: dataDir, PORT: String(port) };
  expect(await runShadow(THIS_RELEASE, env)).toMatchObject({
    code: 2,
    err: expect.stringContaining('in use by another process'),
  });

  await parlor.end('SIGKILL');
  const before = await contents(dataDir);
  // The lobby's talk and each table's are rooms too.
  expect(await runShadow(THIS_RELEASE, env)).toMatchObject({ code: 0, out: '5 rooms replayed, none would diverge\n' });
  const told = await runShadow(next.root, env);
  expect(told).toMatchObject({ code: 1, err: '' });
  const [first, ...rest] = told.out.trimEnd().split('\n');
  expect(first).toMatch(
    new RegExp(`^ {2}${rooms[0]} \\(connect-four\\) at seq \\d+: the command is refused otherwise`),
  );
  expect(rest.at(-1)).toMatch(/^1 of 5 rooms would diverge, the first at seq \d+$/);
  expect(told.out).not.toContain(rooms[1]);
  expect(await contents(dataDir)).toEqual(before);

  expect(await runShadow(THIS_RELEASE, { ...env, PARLOR_KEY: '0'.repeat(64) })).toMatchObject({ code: 2, out: '' });
  const nowhere = await runShadow(THIS_RELEASE, { ...env, PARLOR_DATA_DIR: join(dataDir, 'nowhere') });
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('There is no journal') });
  expect(await readdir(dataDir)).not.toContain('nowhere');
});

/** Of the files that hold what is kept; the reader's shared memory is none of them. */
async function contents(directory: string): Promise<Record<string, string>> {
  const files = (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isFile());
  const kept = files.map(({ name }) => name).filter((name) => !name.endsWith('-shm'));
  return Object.fromEntries(
    await Promise.all(kept.map(async (name) => [name, (await readFile(join(directory, name))).toString('base64')])),
  );
}
