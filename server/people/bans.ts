/** Who is banned until when, as this process knows it: from the database, and from what the others tell of at once. */
import type { Ban, BanStore } from '#db/stores/bans.ts';
import type { Banned, BanTerms } from '#server/cluster/ports.ts';

export type Bans = ReturnType<typeof createBans>;

/** `now` is the clock that all processes share: a ban ends everywhere at once. */
export function createBans(store: Pick<BanStore, 'all' | 'get'>, now: () => number) {
  let known = new Map<string, BanTerms>();
  /** Tells a read of the database that something was heard while it was on its way. */
  let heard = 0;

  return {
    note({ banned, until, reason }: Banned): void {
      heard++;
      if (until > now()) known.set(banned, { until, reason });
      else known.delete(banned);
    },

    async read(): Promise<void> {
      for (let before = -1; before !== heard; ) {
        before = heard;
        const all = await store.all(now());
        if (before === heard) known = new Map(all.map((ban: Ban) => [ban.player, termsOf(ban)]));
      }
    },

    /** Undefined for somebody who may come in. `sure`: nothing that was told can have been missed. */
    of(player: string, sure: boolean): BanTerms | undefined | Promise<BanTerms | undefined> {
      const ban = known.get(player);
      if (ban && ban.until > now()) return ban;
      return sure ? undefined : store.get(player, now()).then((ban) => ban && termsOf(ban));
    },
  };
}

const termsOf = ({ endsAt, reason }: Ban): BanTerms => ({ until: endsAt, reason });
