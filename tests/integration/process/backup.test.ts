/** `npm run backup` of a server that runs, and `npm run restore` into an empty directory. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import type { Channel } from '#schema/chat.ts';
import { quiet, until } from '#tests/integration/rooms/harness.ts';
import { freePort } from '#tests/kill/victim.ts';
import { openPages } from './pages.ts';
import { ParlorProcess, Person } from './parlor.ts';
import { THIS_RELEASE } from './release.ts';
import { runScript } from './script.ts';

quiet();

const run = (script: 'backup' | 'restore', to: string, dataDir: string) =>
  runScript(THIS_RELEASE, script, [to], { PARLOR_DATA_DIR: dataDir });

it('[X23] a backup of a running server is as of one moment; restored into an empty directory, it continues from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-backup-'));
  // Longer than a socket's address may be.
  const dataDir = join(folder, 'a-directory-with-a-long-name-'.repeat(4), 'data');
  const [other, backup] = [join(folder, 'other'), join(folder, 'backups', 'first')];
  const port = await freePort();
  const parlor = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });
  await parlor.ready();
  const ada = await parlor.register('Ada');
  const pages = await openPages(await parlor.register('Bea'));
  onTestFinished(() => pages.close());
  const talk = await ada.open<Channel>('channel-lobby');
  expect(await talk.submit('post', { text: 'before' })).toMatchObject({ ok: true });
  const match = await ada.open<ConnectFour>(pages.room);
  await until(() => match.state.phase === 'playing');

  expect(await run('backup', backup, dataDir)).toContain(`Everything is in ${backup}, as of now, but the key`);
  expect((await readdir(backup)).sort()).toEqual(['journal.sqlite', 'keyring.json', 'parlor-backup.json', 'pg']);
  expect(await talk.submit('post', { text: 'after' })).toMatchObject({ ok: true });
  await expect(run('backup', backup, dataDir)).rejects.toThrow('a backup overwrites nothing');
  await expect(run('backup', join(dataDir, 'inside'), dataDir)).rejects.toThrow('inside of the data directory');
  await expect(run('restore', backup, dataDir)).rejects.toThrow('A server runs on');
  for (const page of [talk, match]) await page.leave(false);
  expect((await parlor.end('SIGTERM')).code).toBe(0);
  await expect(run('restore', backup, dataDir)).rejects.toThrow('a restore overwrites nothing');
  await expect(run('restore', folder, other)).rejects.toThrow('is not a backup of Parlor');

  expect(await run('restore', backup, other)).toContain('Put its parlor.key into');
  await copyFile(join(dataDir, 'parlor.key'), join(other, 'parlor.key'));
  const restored = new ParlorProcess({ dataDir: other, port });
  onTestFinished(async () => void (await restored.end('SIGKILL')));
  await restored.ready();
  const again = new Person(restored.origin, ada.token);
  const there = await again.open<Channel>('channel-lobby');
  await until(() => there.status === 'live');
  expect([...there.state.messages.values()].map(({ text }) => text)).toEqual(['before']);
  const table = await again.open<ConnectFour>(pages.room);
  await until(() => table.status === 'live');
  expect(table.state.phase).toBe('playing');
  for (const page of [there, table]) await page.leave(false);
});

it('[X23] an interrupted restore is refused by a start, and replaced by the next restore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [dataDir, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const first = new ParlorProcess({ dataDir, port: await freePort() });
  await first.ready();
  expect((await first.end('SIGTERM')).code).toBe(0);
  await run('backup', backup, dataDir); // of one that is stopped

  const half = join(folder, 'half');
  await mkdir(half);
  await writeFile(join(half, 'restoring'), backup);
  await writeFile(join(half, 'journal.sqlite'), 'a part of it');
  const refused = new ParlorProcess({ dataDir: half, port: await freePort() });
  expect((await refused.exited)[0]).toBe(1);
  expect(refused.output).toContain('was not finished: run it again');
  await run('restore', backup, half);
  expect(await readFile(join(half, 'keyring.json'), 'utf8')).toBe(
    await readFile(join(dataDir, 'keyring.json'), 'utf8'),
  );
});
