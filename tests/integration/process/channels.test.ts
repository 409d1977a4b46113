/** A channel that an administrator makes by REST, on a whole Parlor. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Channel as State } from '#schema/chat.ts';
import type { Channel, List } from '#schema/resources.ts';
import { freePort } from '#scripts/free-port.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { administratorIn, ParlorProcess, Person } from './parlor.ts';
import { ask } from './rest.ts';

let dataDir: string;
let port: number;
let parlor: ParlorProcess;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'parlor-channels-'));
  port = await freePort();
  parlor = new ParlorProcess({ dataDir, port, env: { PARLOR_LIMITS: 'load' } });
  await parlor.ready();
});
afterAll(async () => {
  await parlor.end('SIGTERM');
  await rm(dataDir, { recursive: true });
});

it('[C17] a channel that was made is joined, written and listed, survives kill -9, and ends for everybody once deleted', async () => {
  await vi.waitFor(() => expect(administratorIn(parlor.output).username).toBe('admin'), 10_000);
  const { username, password } = administratorIn(parlor.output);
  const browser = createBrowser({ url: parlor.origin, realm: 'parlor', clientId: 'parlor-web' });
  const { access_token } = await browser.signIn(username, password, `${parlor.origin}/`);
  const root = new Person(parlor.origin, access_token);
  const ada = await parlor.register('Ada');
  const listed = async () =>
    (await ada.call<List<Channel>>('GET', 'channels')).items.map(({ metadata }) => metadata.name);
  expect(await listed()).toEqual(['lobby']);

  const head = { apiVersion: 'parlor.dev/v1' };
  const order = { ...head, kind: 'Channel', metadata: { name: 'chess' }, spec: { title: 'Chess', ttlSeconds: 3600 } };
  const made = await root.call<Channel>('POST', 'channels', order);
  expect(await listed()).toEqual(['chess', 'lobby']);
  const said = { ...head, kind: 'Message', spec: { channel: 'chess', text: 'e4' } };
  await ada.call('POST', 'messages', said);

  await parlor.end('SIGKILL');
  parlor = new ParlorProcess({ dataDir, port, env: { PARLOR_LIMITS: 'load' } });
  await parlor.ready();
  expect(await listed()).toEqual(['chess', 'lobby']);
  const talk = await ada.open<State>(made.spec.room);
  expect([...talk.state.messages.values()].map(({ text }) => text)).toEqual(['e4']);
  expect(talk.state.ttlMs).toBe(3_600_000);

  expect((await ask(root, 'DELETE', 'channels/chess')).code).toBe(200);
  await expect.poll(() => talk.status, { timeout: 10_000 }).toBe('ended');
  expect(await listed()).toEqual(['lobby']);
  expect((await ask(ada, 'POST', 'messages', said)).code).toBe(404);
  // The name is free again, and nothing of what was said before is there.
  await root.call('POST', 'channels', order);
  expect((await ada.call<List<object>>('GET', 'messages?labelSelector=channel=chess')).items).toEqual([]);
});
