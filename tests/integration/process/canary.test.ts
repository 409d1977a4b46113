import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { historyOf } from '#rooms/host/journal.ts';
import { readAll } from '#rooms/host/pages.ts';
import type { Channel } from '#schema/chat.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess } from './parlor.ts';
import { filesWith, wordsIn } from './scraps.ts';

beforeAll(() => void vi.spyOn(console, 'info').mockImplementation(() => {}));

const canary = (what: string) => `${what}${randomBytes(9).toString('hex')}`;

/** Registers, browses, talks and plays under canaries, and is killed at once and after the message's time. */
async function fly(env: Record<string, string>) {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-canary-'));
  const entry = 'tests/integration/process/with-probe.ts';
  const parlor = new ParlorProcess({ dataDir, port: await freePort(), entry, env });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  await parlor.ready();
  const [name, agent, message, text] = ['Name', 'Agent', 'Message', 'Probe'].map(canary) as [
    string,
    string,
    string,
    string,
  ];
  const person = await parlor.register(name);
  await person.call('GET', 'players/me', undefined, { 'user-agent': agent });
  const probe = await person.open('probe-1');
  expect(await probe.submit('say', { text })).toMatchObject({ ok: true });
  const talk = await person.open<Channel>('channel-lobby');
  expect(await talk.submit('post', { text: message, ttlMs: 8_000 })).toMatchObject({ ok: true });
  const { expiresAt } = [...talk.state.messages.values()].at(-1) ?? { expiresAt: 0 };
  await vi.waitUntil(
    async () => (await filesWith(dataDir, [text])).size > 0 || env.PARLOR_TEST_UNSEALED !== 'on',
    5_000,
  );
  const early = await filesWith(dataDir, [name, agent, message, text]);
  await vi.waitUntil(() => Date.now() >= expiresAt + 1_000, { timeout: 15_000, interval: 20 });
  await Promise.all([probe.leave(false), talk.leave(false), parlor.end('SIGKILL')]);
  const late = await filesWith(dataDir, [message]);
  return { dataDir, early, late, output: parlor.output, words: { name, agent, message, text } };
}

it('[S1][S3] canaries are in no file and no log line, and a message is gone a second after its expiry', async () => {
  const { dataDir, early, late, output, words } = await fly({});
  expect(early).toEqual(new Map());
  expect(late).toEqual(new Map());
  expect(output).toContain('audit');
  expect(wordsIn(Buffer.from(output), Object.values(words))).toEqual([]);

  const store = sqliteStore(join(dataDir, 'journal.sqlite'));
  onTestFinished(store.close);
  const seal = (await openKeyring({ dataDir })).journalSeal();
  const opened: string[] = [];
  for (const { room, journal } of await store.list()) {
    const kept = await readAll(store, { room, journal });
    if (kept) opened.push(JSON.stringify(historyOf(seal, { room, journal }, kept)));
  }
  const plain = Buffer.from(opened.join('\n'));
  expect(wordsIn(plain, [words.text])).toEqual([words.text]); // the probe keeps its log: reading by key works
  expect(wordsIn(plain, [words.message])).toEqual([]);
});

it('[S2][S3] unsealed, the same search finds each canary until the message expires', async () => {
  const { early, late, words } = await fly({ PARLOR_TEST_UNSEALED: 'on' });
  expect([...early.keys()].sort()).toEqual(Object.values(words).sort());
  expect(late).toEqual(new Map());
});
