import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Channel } from '#schema/chat.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess } from './parlor.ts';

let dataDir: string;
let port: number;
let parlor: ParlorProcess;
const start = () => {
  parlor = new ParlorProcess({ dataDir, port });
  return parlor;
};

beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-refuses-'));
  port = await freePort();
});
afterEach(async () => {
  await parlor.end('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

it('[X7] a missing or other key file refuses the start and changes nothing; with the right one everything is back', async () => {
  await start().ready();
  const ada = await parlor.register('Ada');
  const talk = await ada.open<Channel>('channel-lobby');
  expect(await talk.submit('post', { text: 'still here' })).toMatchObject({ ok: true });
  expect(await parlor.end('SIGINT')).toMatchObject({ code: 0 });
  const keyFile = join(dataDir, 'parlor.key');
  const kept = join(dataDir, 'kept.key');
  const journal = await readFile(join(dataDir, 'journal.sqlite'));
  await rename(keyFile, kept);

  expect((await start().exited)[0]).toBe(1);
  expect(parlor.output).toMatch(
    /^The key file .*parlor\.key is missing, and what is stored cannot be read without it\./m,
  );
  const other = await mkdtemp(join(dataDir, 'other-'));
  await openKeyring({ dataDir: other });
  await writeFile(keyFile, await readFile(join(other, 'parlor.key')), { mode: 0o600 });
  expect((await start().exited)[0]).toBe(1);
  expect(parlor.output).toMatch(/^The key in .*parlor\.key .* is not the one that .* was wrapped with/m);
  expect(parlor.output).not.toMatch(/^\s+at /m);
  expect((await readFile(join(dataDir, 'journal.sqlite'))).equals(journal)).toBe(true);

  await rename(kept, keyFile);
  await start().ready();
  await vi.waitUntil(() => talk.status === 'live', { timeout: 20_000 });
  expect([...talk.state.messages.values()].map(({ text }) => text)).toEqual(['still here']);
  await talk.leave(false);
});

it('[X6] a corrupt entry quarantines its room by name; Parlor is ready and the other rooms are live', async () => {
  await start().ready();
  const ada = await parlor.register('Ada');
  const order = { apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game: 'connect-four' } };
  const opened = await ada.call<{ status: { room: string } }>('POST', 'matches', order);
  const { room } = opened.status;
  const table = await ada.open(room);
  await table.leave(false);
  await parlor.end('SIGKILL');
  corrupt(room);

  await start().ready();
  const refused = await ada.open(room);
  expect(refused).toMatchObject({ status: 'refused', refusal: 'room-quarantined' });
  const lines = parlor.output.split('\n').filter((line) => line.includes('quarantined'));
  expect(lines.map((line) => (JSON.parse(line) as { room: string }).room)).toEqual([room]);
  const talk = await ada.open<Channel>('channel-lobby');
  expect(await talk.submit('post', { text: 'the others go on' })).toMatchObject({ ok: true });
  await talk.leave(false);
});

/** Turns over one byte of the newest entry of a room, as a bad disk would. */
function corrupt(room: string): void {
  const db = new DatabaseSync(join(dataDir, 'journal.sqlite'));
  const entry = db
    .prepare('SELECT place, bytes FROM tail WHERE journal = (SELECT id FROM journal WHERE room = ?) ORDER BY n DESC')
    .get(room) as { place: number; bytes: Uint8Array };
  const { bytes } = entry;
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  db.prepare('UPDATE tail SET bytes = ? WHERE place = ?').run(bytes, entry.place);
  db.close();
}
