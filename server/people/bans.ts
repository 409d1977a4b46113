/** Who is banned until when, as this process knows it: from the database, and from what the others tell of at once. */
import type { Ban, BanStore } from '#db/stores/bans.ts';
import type { Banned } from '#server/cluster/ports.ts';

export type Bans = ReturnType<typeof createBans>;

/** `now` is the clock that all processes share: a ban ends everywhere at once. */
export function createBans(store: Pick<BanStore, 'all' | 'get'>, now: () => number) {
  let known = new Map<string, number>();
  /** Tells a read of the database that something was heard while it was on its way. */
  let heard = 0;

  return {
    note({ banned, until }: Banned): void {
      heard++;
      if (until > now()) known.set(banned, until);
      else known.delete(banned);
    },

    async read(): Promise<void> {
      for (let before = -1; before !== heard; ) {
        before = heard;
        const all = await store.all(now());
        if (before === heard) known = new Map(all.map(({ player, endsAt }: Ban) => [player, endsAt]));
      }
    },

    /** Undefined for somebody who may come in. `sure`: nothing that was told can have been missed. */
    until(player: string, sure: boolean): number | undefined | Promise<number | undefined> {
      const until = known.get(player);
      if (until !== undefined && until > now()) return until;
      return sure ? undefined : store.get(player, now()).then((ban) => ban?.endsAt);
    },
  };
}
