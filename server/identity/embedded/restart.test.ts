/** What survives the process, and what the very first start does. */
import { decodeJwt } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { adapterFactory } from '#server/identity/embedded/adapter.ts';
import type { Rows } from '#server/identity/embedded/rows.ts';
import { memoryRows } from '#server/identity/embedded/rows-memory.ts';
import { createBrowser, type Tokens } from '#server/identity/test-browser.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { startEmbedded } from '#server/testing/embedded-identity.ts';

async function start(rows: Rows, port = 0) {
  const provider = await startEmbedded({ rows }, port);
  onTestFinished(provider.close);
  const verify = createVerifier({ ...provider.identity.trust, hash: (_, value) => value, revoked: () => false });
  return { ...provider, port: Number(new URL(provider.origin).port), verify };
}

const PASSWORD = 'a long enough one';

it('[I50] sessions, refresh tokens, access tokens and unfinished forms survive a restart', async () => {
  const rows = memoryRows();
  const before = await start(rows);
  await before.identity.users.create({ username: 'Mira', password: PASSWORD });
  const desk = createBrowser(before.identity.browserConfig());
  const phone = createBrowser(before.identity.browserConfig());
  const tokens = await desk.signIn('Mira', PASSWORD, before.goingTo);
  const form = await phone.start(before.goingTo);
  await before.close();

  const after = await start(rows, before.port);
  expect(await after.verify(tokens.access_token)).toMatchObject({ name: 'Mira' });
  expect(await desk.refresh(tokens)).toMatchObject({ status: 200 });
  const again = await desk.finish(await desk.start(after.goingTo));
  expect(decodeJwt(again.access_token).sid).toBe(decodeJwt(tokens.access_token).sid);
  expect(await phone.finish(await phone.submit(form, { username: 'Mira', password: PASSWORD }))).toHaveProperty(
    'access_token',
  );
});

it("[I51] a used refresh token works once more for a client that lost the answer, then revokes its session's tokens", async () => {
  const rows = memoryRows();
  const provider = await start(rows);
  await provider.identity.users.create({ username: 'Mira', password: PASSWORD });
  const browser = createBrowser(provider.identity.browserConfig());
  const first = await browser.signIn('Mira', PASSWORD, provider.goingTo);
  expect(await browser.refresh(first)).toMatchObject({ status: 200 });
  const retried = await browser.refresh(first);
  expect(retried.status).toBe(200);

  // as if it had been spent half a minute earlier
  const spent = (await rows.find('RefreshToken', first.refresh_token)) as { consumed: number };
  await rows.upsert('RefreshToken', first.refresh_token, { ...spent, consumed: spent.consumed - 31 });
  expect(await browser.refresh(first)).toMatchObject({ status: 400, error: 'invalid_grant' });
  expect(await browser.refresh(retried.tokens)).toMatchObject({ status: 400 });
});

it('[I51] the grace period of a used refresh token starts with its first use and is not extended', async () => {
  let time = Date.now();
  const rows = memoryRows(() => time);
  const adapter = adapterFactory(rows, () => time)('RefreshToken');
  await adapter.upsert('spent', { grantId: 'g' }, 3600);
  const usable = async () => {
    const found = await adapter.find('spent');
    if (found?.consumed === undefined) await adapter.consume('spent');
    return found?.consumed === undefined;
  };
  const uses: boolean[] = [];
  for (let i = 0; i < 5; i++, time += 12_000) uses.push(await usable());
  expect(uses).toEqual([true, true, true, false, false]);
});

it('[I42] a code redeemed concurrently yields tokens once', async () => {
  const provider = await start(memoryRows());
  await provider.identity.users.create({ username: 'Mira', password: PASSWORD });
  for (let round = 0; round < 5; round++) {
    const browser = createBrowser(provider.identity.browserConfig());
    const page = await browser.submit(await browser.start(provider.goingTo), { username: 'Mira', password: PASSWORD });
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => browser.finish(page)));
    expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
  }
});

it('[I52] the first start alone creates the administrator, who can sign in', async () => {
  const rows = memoryRows();
  const first = await start(rows);
  const administrator = await first.identity.bootstrap();
  expect(administrator).toEqual({ username: 'admin', password: expect.stringMatching(/^[\w-]{16}$/) });
  expect(await first.identity.bootstrap()).toBeUndefined();
  await first.close();

  const second = await start(rows, first.port);
  expect(await second.identity.bootstrap()).toBeUndefined();
  const browser = createBrowser(second.identity.browserConfig());
  const tokens: Tokens = await browser.signIn('admin', administrator?.password ?? '', second.goingTo);
  expect(await second.verify(tokens.access_token)).toMatchObject({ name: 'admin', roles: ['admin', 'player'] });
});

it('[I52] of processes that start together one shows the administrator, with the password that signs in', async () => {
  const rows = memoryRows();
  const first = await start(rows);
  let shown: Awaited<ReturnType<typeof first.identity.bootstrap>>;
  const second = await start({
    ...rows,
    async find(...asked) {
      const found = await rows.find(...asked);
      // The other one comes all the way in between.
      if (asked[0] === 'Bootstrap') shown = await first.identity.bootstrap();
      return found;
    },
  });
  expect(await second.identity.bootstrap()).toBeUndefined();
  const browser = createBrowser(first.identity.browserConfig());
  const tokens: Tokens = await browser.signIn('admin', shown?.password ?? '', first.goingTo);
  expect(await first.verify(tokens.access_token)).toMatchObject({ name: 'admin' });
});

it('[I53] no row holds a password or token in plain text, and no two hashes are equal', async () => {
  const rows = memoryRows();
  const provider = await start(rows);
  for (const username of ['Mira', 'Noa']) await provider.identity.users.create({ username, password: PASSWORD });
  const [mira, noa] = (await rows.list('User')) as { password: { hash: string; salt: string } }[];
  expect(JSON.stringify([mira, noa])).not.toContain(PASSWORD);
  expect(mira?.password.hash).not.toBe(noa?.password.hash);
});

it('[I54] production refuses the embedded provider unless it is explicitly allowed', async () => {
  await expect(startEmbedded({ production: true })).rejects.toThrow('not meant for production');
  const allowed = await startEmbedded({ production: true, allowInProduction: true });
  onTestFinished(allowed.close);
  expect(await allowed.identity.ready()).toBe(true);
});
