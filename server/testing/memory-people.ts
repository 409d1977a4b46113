/** What can be done about the people of the world in memory; the rules about oneself and the last administrator hold. */
import type { Ban } from '#db/stores/bans.ts';
import type { Player } from '#db/stores/players.ts';
import type { Refusal } from '#server/people/people.ts';
import type { BansPorts } from '#server/resources/bans.ts';
import type { PlayersPorts } from '#server/resources/players.ts';

export function memoryPeople(people: Map<string, Player>) {
  const bans = new Map<string, Ban>();

  async function keeps(player: string, by: string): Promise<Refusal | undefined> {
    if (!people.has(player)) return { refused: 'no-such-player' };
    return player === by ? { refused: 'not-oneself' } : undefined;
  }
  function change(player: string, disabledAt: number | undefined): undefined {
    const { disabledAt: _, ...row } = people.get(player) as Player;
    people.set(player, { ...row, ...(disabledAt !== undefined && { disabledAt }) });
  }

  const operated: PlayersPorts['people'] = {
    keeps,
    enabled: async ({ disabledAt }) => disabledAt === undefined,
    disable: async (player, by) => (await keeps(player, by)) ?? change(player, Date.now()),
    enable: async (player) => (people.has(player) ? change(player, undefined) : { refused: 'no-such-player' }),
    async setPassword(player, given) {
      if (!people.has(player)) return { refused: 'no-such-player' };
      if (given !== undefined && given.length < 8) return { refused: 'password-invalid', field: 'password' };
      return { password: given ?? 'made-up-password' };
    },
    async remove(player, by) {
      const refused = await keeps(player, by);
      if (!refused) people.delete(player);
      return refused;
    },
  };
  const store: BansPorts['bans'] = {
    get: async (player) => bans.get(player),
    list: async () => ({ items: [...bans.values()] }),
  };
  const banned: BansPorts['people'] = {
    async ban(player, endsAt, by, reason) {
      if (bans.has(player)) return { refused: 'already-banned' };
      const refused = await keeps(player, by);
      if (!refused) bans.set(player, { player, endsAt, createdAt: Date.now(), createdBy: by, reason });
      return refused;
    },
    unban: async (player) => bans.delete(player),
  };
  return { people: { ...operated, ...banned }, bans: store };
}
