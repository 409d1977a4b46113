import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import type { Sealing } from '#db/sealed.ts';
import { playerStore } from '#db/stores/players.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { players } from '#db/tables/players.ts';
import { sessions } from '#db/tables/sessions.ts';
import { eachEngine, readable } from '#db/testing/engines.ts';
import { clearSealing, testSealing } from '#db/testing/sealing.ts';

const noon = Date.UTC(2030, 0, 1, 12);
const ada = { id: 'p-ada', name: 'Ada 🦋', subject: 'sub-ada', at: noon };

eachEngine((db) => {
  const sealing = testSealing();
  const store = () => playerStore(db(), sealing);

  it('[D1] a sign-in creates the player, later ones update the name and the last session', async () => {
    await store().signIn(ada);
    await store().signIn({ ...ada, name: 'Ada L.', at: noon + 5000 });
    expect(await store().get(ada.id)).toEqual({
      id: ada.id,
      name: 'Ada L.',
      subject: 'sub-ada',
      createdAt: noon,
      lastLoginAt: noon + 5000,
    });
    expect(await store().count()).toBe(1);
    expect(await store().get('p-nobody')).toBeUndefined();
  });

  it('[D1] a delayed sign-in does not revert the last session', async () => {
    await store().signIn({ ...ada, at: noon + 5000 });
    await store().signIn(ada);
    expect((await store().get(ada.id))?.lastLoginAt).toBe(noon + 5000);
  });

  it('[D1] two concurrent first sign-ins agree on one key', async () => {
    await Promise.all([store().signIn(ada), store().signIn(ada), store().signIn(ada)]);
    expect((await store().get(ada.id))?.name).toBe(ada.name);
    expect(await store().count()).toBe(1);
  });

  it('[D2] personal data is sealed and opens only in its own place', async () => {
    const secrets = [ada.name, ada.subject, 'Firefox'];
    const found = async (by: Sealing) => {
      await db().execute(sql`truncate players, sessions`);
      await playerStore(db(), by).signIn(ada);
      await sessionStore(db(), by).begin({ session: 's1', player: ada.id, userAgent: 'Firefox', at: noon });
      const text = await readable(db(), players, sessions);
      return secrets.filter((secret) => text.includes(secret));
    };
    expect(await found(clearSealing())).toEqual(secrets);
    expect(await found(sealing)).toEqual([]);
    await db().execute(sql`update players set name = subject`);
    await expect(store().get(ada.id)).rejects.toThrow();
  });

  it('[D3] erasing destroys the key and every personal column, and the next sign-in creates a new player', async () => {
    await store().signIn(ada);
    const sessions = sessionStore(db(), sealing);
    await sessions.begin({ session: 's1', player: ada.id, userAgent: 'Firefox', at: noon });
    expect(await store().erase(ada.id, noon + 1)).toBe(true);
    expect(await store().erase(ada.id, noon + 2)).toBe(false);
    expect(await store().get(ada.id)).toMatchObject({ name: '', subject: '', erasedAt: noon + 1 });
    expect(await store().names([ada.id])).toEqual(new Map());
    expect((await sessions.get('s1'))?.userAgent).toBe('');
    const { rows } = await db().execute(sql`select wrapped_key, name, subject from players`);
    expect(rows).toEqual([{ wrapped_key: null, name: null, subject: null }]);

    await store().signIn({ ...ada, name: 'On the way', at: noon + 3 });
    expect(await store().get(ada.id)).toMatchObject({ name: '' });
    await store().signIn({ ...ada, name: 'Someone', at: noon + 3_600_000 });
    const again = await store().get(ada.id);
    expect(again).toMatchObject({ name: 'Someone' });
    expect(again).not.toHaveProperty('erasedAt');
  });

  it('[D4] pages list every player once, newest first, also with sign-ins between two pages', async () => {
    for (const n of [1, 2, 3, 4, 5]) await store().signIn({ ...ada, id: `p${n}`, at: noon + Math.floor(n / 2) });
    const first = await store().list({ limit: 2 });
    await store().signIn({ ...ada, id: 'p-late', at: noon + 1000 });
    const seen = first.items.map((player) => player.id);
    for (let after = first.next; after; ) {
      const page = await store().list({ limit: 2, after });
      seen.push(...page.items.map((player) => player.id));
      after = page.next;
    }
    expect(seen).toEqual(['p5', 'p4', 'p3', 'p2', 'p1']);
  });

  it('[D1] names are read in one query, without unknown players', async () => {
    await store().signIn(ada);
    expect(await store().names([ada.id, 'p-nobody'])).toEqual(new Map([[ada.id, ada.name]]));
    expect(await store().names([])).toEqual(new Map());
  });
});
