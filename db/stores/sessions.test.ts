import { beforeEach, expect, it } from 'vitest';
import { playerStore } from '#db/stores/players.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { eachEngine } from '#db/testing/engines.ts';
import { testSealing } from '#db/testing/sealing.ts';

const noon = Date.UTC(2030, 0, 1, 12);
const second = 1000;
const ada = 'p-ada';
const bob = 'p-bob';

eachEngine((db) => {
  const sealing = testSealing();
  const store = () => sessionStore(db(), sealing);
  const revoked = (origin: { session: string; player: string; issuedAt: number }) =>
    revocationStore(db()).isRevoked(origin);
  const begin = (session: string, player = ada, at = noon) =>
    store().begin({ session, player, userAgent: 'Firefox', at });

  beforeEach(async () => {
    for (const id of [ada, bob]) {
      await playerStore(db(), sealing).signIn({ id, name: id.toUpperCase(), subject: id, at: noon });
    }
  });

  it('[D5] a login is one session from its first sight on, however often it is seen', async () => {
    await begin('s1');
    await begin('s1', ada, noon + 5 * second);
    await store().touch(['s1'], noon + 3 * second);
    expect(await store().get('s1')).toEqual({
      session: 's1',
      player: ada,
      name: 'P-ADA',
      userAgent: 'Firefox',
      startedAt: noon,
      lastSeenAt: noon + 5 * second,
    });
    expect(await store().get('s2')).toBeUndefined();
  });

  it('[D6] an ended session stays ended, and its tokens are refused, also when it is seen again', async () => {
    await begin('s1');
    expect(await store().end('s1', { by: bob, reason: 'removed', at: noon + second })).toBe(true);
    expect(await store().end('s1', { by: ada, reason: 'logout', at: noon + 2 * second })).toBe(false);
    await begin('s1', ada, noon + 3 * second);
    const ended = { endedAt: noon + second, endedBy: bob, reason: 'removed' };
    expect(await store().get('s1')).toMatchObject(ended);
    expect(await store().isEnded('s1')).toBe(true);
    expect(await revoked({ session: 's1', player: ada, issuedAt: noon + 9 * second })).toBe(true);
    expect(await revoked({ session: 's2', player: ada, issuedAt: noon })).toBe(false);
  });

  it('[D6] a session that was never seen here can be ended too', async () => {
    expect(await store().end('elsewhere', { by: '', reason: 'logout', at: noon })).toBe(false);
    expect(await store().isEnded('elsewhere')).toBe(true);
    await begin('elsewhere', ada, noon + second);
    expect(await store().isEnded('elsewhere')).toBe(true);
  });

  it('[D6] ending all sessions of a player refuses earlier tokens and accepts later ones', async () => {
    await begin('s1');
    await begin('s2');
    await begin('other', bob);
    await store().end('s2', { by: ada, reason: 'logout', at: noon });
    expect(await store().endAll(ada, { by: '', reason: 'disabled', at: noon + second })).toEqual(['s1']);
    expect(await revoked({ session: 'never-seen', player: ada, issuedAt: noon })).toBe(true);
    expect(await revoked({ session: 's3', player: ada, issuedAt: noon + second })).toBe(false);
    expect(await store().isEnded('other')).toBe(false);
    const all = await revocationStore(db()).since(noon + second);
    expect(all.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([`player ${ada}`, `session s1`]);
  });

  it('[D6] a revocation is stored as long as its tokens may live, then deleted', async () => {
    await store().end('s1', { by: bob, reason: 'removed', at: noon });
    const origin = { session: 's1', player: ada, issuedAt: noon - second };
    await revocationStore(db()).forget(noon);
    expect(await revoked(origin)).toBe(true);
    await revocationStore(db()).forget(noon + 1);
    expect(await revoked(origin)).toBe(false);
  });

  it('[D5] a session not seen for long lapses, is not refused, and revives when seen again', async () => {
    await begin('s1');
    await begin('s2', bob, noon + 10 * second);
    expect(await store().lapse(noon + second)).toBe(1);
    expect(await store().get('s1')).toMatchObject({ endedAt: noon, reason: 'lapsed' });
    expect(await store().isEnded('s1')).toBe(false);
    await store().touch(['s1'], noon + 20 * second);
    expect(await store().get('s1')).not.toHaveProperty('endedAt');
    expect(await store().get('s1')).not.toHaveProperty('endedBy');
  });

  it('[D6] a lapsed session can be ended and does not revive', async () => {
    await begin('s1');
    await store().lapse(noon + second);
    expect(await store().end('s1', { by: bob, reason: 'removed', at: noon + 9 * second })).toBe(true);
    await store().touch(['s1'], noon + 20 * second);
    expect(await store().get('s1')).toMatchObject({ endedAt: noon, endedBy: bob, reason: 'removed' });
  });

  it('[D4] sessions are listed live ones first, each once over all pages', async () => {
    for (const n of [1, 2, 3, 4]) await begin(`s${n}`, n === 3 ? bob : ada, noon + n * second);
    for (const session of ['s4', 's1']) await store().end(session, { by: '', reason: 'logout', at: noon + 9 * second });
    const seen: string[] = [];
    let page = await store().list({ limit: 1 });
    for (;;) {
      seen.push(...page.items.map((session) => session.session));
      const after = page.next;
      if (!after) break;
      page = await store().list({ limit: 1, after });
    }
    expect(seen).toEqual(['s3', 's2', 's4', 's1']);
    const adas = await store().list({ player: ada });
    expect(adas.items.map((session) => session.session)).toEqual(['s2', 's4', 's1']);
  });
});
