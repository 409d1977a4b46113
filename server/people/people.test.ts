import { expect, it } from 'vitest';
import type { Player } from '#db/stores/players.ts';
import { createEmbeddedIdentity } from '#server/identity/embedded/embedded.ts';
import { memoryRows } from '#server/identity/embedded/rows-memory.ts';
import { openPeople } from '#server/people/people.ts';

async function world() {
  const log = { error: () => {} };
  const identity = await createEmbeddedIdentity({
    rows: memoryRows(),
    origin: 'http://parlor.test',
    production: false,
    allowInProduction: false,
    log,
  });
  const rows = new Map<string, Player>();
  const ended: string[] = [];
  const people = openPeople({
    players: {
      get: async (id) => rows.get(id),
      setDisabled: async () => {},
      erase: async (id, at) => Boolean(rows.set(id, { ...(rows.get(id) as Player), erasedAt: at })),
    },
    bans: { create: async () => true, delete: async () => false, all: async () => [] },
    identity,
    revoked: { endPlayer: async (player) => void ended.push(player), ban: async () => {} },
    now: Date.now,
  });
  async function join(username: string, roles: string[]): Promise<string> {
    const user = await identity.users.create({ username, password: 'a long enough one', roles });
    if ('refused' in user) throw new Error(user.detail);
    rows.set(username, { id: username, name: username, subject: user.id, createdAt: 0, lastLoginAt: 0 });
    return username;
  }
  return { people, identity, rows, ended, join };
}

it('[A14] of two administrators who disable each other concurrently one stays enabled', async () => {
  const { people, rows, join } = await world();
  const [ada, bob] = [await join('ada', ['admin', 'player']), await join('bob', ['admin', 'player'])];
  const both = await Promise.all([people.disable(bob, ada), people.disable(ada, bob)]);
  expect(both).toEqual([undefined, { refused: 'last-administrator' }]);
  expect(await people.enabled(rows.get(ada) as Player)).toBe(true);
  for (const act of [people.ban(ada, Date.now() + 60_000, bob, 'other'), people.remove(ada, bob)])
    expect(await act).toEqual({ refused: 'last-administrator' });
});

it('[A13] an interrupted deletion can be repeated, and completed parts stay deleted', async () => {
  const { people, identity, rows, ended, join } = await world();
  const [ada, cid] = [await join('ada', ['admin', 'player']), await join('cid', ['player'])];
  const { subject } = rows.get(cid) as Player;
  await identity.users.delete(subject); // as if the process had died behind this
  expect(await people.remove(cid, ada)).toBeUndefined();
  expect([rows.get(cid)?.erasedAt === undefined, ended]).toEqual([false, [cid]]);
  expect(await people.remove(cid, ada)).toEqual({ refused: 'no-such-player' });
});
