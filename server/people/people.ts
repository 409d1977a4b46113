/**
 * What an administrator can do about a person, whichever provider has the accounts: switch off and on, set a
 * password, ban for a time, delete. Who is refused is signed out first, everywhere; a crash in between leaves that.
 */
import { randomBytes } from 'node:crypto';
import type { BanStore } from '#db/stores/bans.ts';
import type { Player, PlayerStore } from '#db/stores/players.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { BanReason } from '#schema/resources.ts';
import { type IdentityProvider, ProviderTrouble } from '#server/identity/identity.ts';
import type { Revocations } from '#server/people/revocations.ts';

export type PeoplePorts = {
  players: Pick<PlayerStore, 'get' | 'setDisabled' | 'erase'>;
  bans: Pick<BanStore, 'create' | 'delete' | 'all'>;
  identity: Pick<IdentityProvider, 'users' | 'sessions'>;
  revoked: Pick<Revocations, 'endPlayer' | 'ban'>;
  /** The shared clock, wall ms. */
  now(): number;
};

export type Refusal = { refused: RefusalCode; field?: string | undefined; detail?: string };
export type People = ReturnType<typeof openPeople>;

/** The role that may do all of this. */
const ADMINISTRATOR = 'admin';

export function openPeople({ players, bans, identity, revoked, now }: PeoplePorts) {
  const { users, sessions } = identity;
  let one: Promise<unknown> = Promise.resolve();

  /** One after the other: two administrators who switch each other off must not both succeed. */
  function inTurn<T>(act: () => Promise<T>): Promise<T | Refusal> {
    const done = one.then(act).catch((error: unknown): Refusal => {
      if (error instanceof ProviderTrouble) return { refused: 'provider-trouble', detail: error.message };
      throw error;
    });
    one = done.catch(() => {});
    return done;
  }

  async function known(player: string): Promise<Player | undefined> {
    const row = await players.get(player);
    return row && row.erasedAt === undefined ? row : undefined;
  }

  /** Why this person cannot be kept out by `by`; undefined when they can. */
  async function keeps(player: string, by: string): Promise<Refusal | undefined> {
    const row = await known(player);
    if (!row) return { refused: 'no-such-player' };
    if (player === by) return { refused: 'not-oneself' };
    const administrators = await users.holding(ADMINISTRATOR);
    const others = administrators.filter(({ id, enabled }) => enabled && id !== row.subject);
    if (others.length > 0 || !administrators.some(({ id }) => id === row.subject)) return undefined;
    return { refused: 'last-administrator' };
  }

  async function keptOut(player: string, by: string, act: (row: Player) => Promise<Refusal | undefined>) {
    return inTurn(async () => {
      const refused = await keeps(player, by);
      const row = refused ? undefined : await known(player);
      return row ? act(row) : (refused ?? { refused: 'no-such-player' as const });
    });
  }

  return {
    keeps: (player: string, by: string) => inTurn(() => keeps(player, by)),

    /** Whether the account may sign in, as its provider has it; what was noted here when that cannot be asked. */
    async enabled({ subject, disabledAt }: Player): Promise<boolean> {
      const noted = disabledAt === undefined;
      return users.get(subject).then(
        (user) => user?.enabled ?? noted,
        () => noted,
      );
    },

    disable: (player: string, by: string) =>
      keptOut(player, by, async ({ subject }) => {
        await revoked.endPlayer(player, { by, reason: 'disabled' });
        await users.setEnabled(subject, false);
        await players.setDisabled(player, now());
        return undefined;
      }),

    enable: (player: string) =>
      inTurn(async () => {
        const row = await known(player);
        if (!row) return { refused: 'no-such-player' as const };
        await users.setEnabled(row.subject, true);
        await players.setDisabled(player, null);
        return undefined;
      }),

    /** Makes one up unless it is given; ends every session of before. */
    setPassword: (player: string, given: string | undefined, by: string) =>
      inTurn(async (): Promise<{ password: string } | Refusal> => {
        const row = await known(player);
        if (!row) return { refused: 'no-such-player' as const };
        const password = given ?? randomBytes(12).toString('base64url');
        const refused = await users.setPassword(row.subject, password);
        if (refused) return { refused: refused.refused, field: 'password', detail: refused.detail };
        await revoked.endPlayer(player, { by, reason: 'password-set' });
        await sessions.revokeAll(row.subject);
        return { password };
      }),

    ban: (player: string, endsAt: number, by: string, reason: BanReason) =>
      keptOut(player, by, async ({ subject }) => {
        const created = await bans.create({ player, endsAt, createdAt: now(), createdBy: by, reason });
        if (!created) return { refused: 'already-banned' };
        await revoked.ban(player, endsAt, reason);
        await revoked.endPlayer(player, { by, reason: 'banned' });
        await sessions.revokeAll(subject);
        return undefined;
      }),

    /** False when there was no ban. */
    async unban(player: string): Promise<boolean> {
      const lifted = await bans.delete(player);
      if (lifted) await revoked.ban(player, 0);
      return lifted;
    },

    /** The account, its liveness, and the key that all that names this person is sealed under. */
    remove: (player: string, by: string) =>
      keptOut(player, by, async ({ subject }) => {
        await revoked.endPlayer(player, { by, reason: 'deleted' });
        if (subject !== '') await users.delete(subject);
        await players.erase(player, now());
        if (await bans.delete(player)) await revoked.ban(player, 0);
        return undefined;
      }),
  };
}
