/**
 * How sessionIds end: by their owner, by an administrator, or by the provider. Sockets close and tokens are refused,
 * in every process. While something may have been missed, the database is asked about each token.
 */
import type { RevocationStore } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import type { Ended as Closed } from '#rooms/host/presence.ts';
import type { BanReason } from '#schema/resources.ts';
import type { Ended, RevocationBus } from '#server/cluster/ports.ts';
import { type IdentityProvider, ProviderTrouble, type SessionEnd } from '#server/identity/identity.ts';
import type { Bans } from '#server/people/bans.ts';

/** How often what nobody told of is looked for. */
const LOOK_MS = 30_000;
/** Older revocations concern no token any more: access tokens live for minutes. */
const REMEMBERED_MS = 24 * 3_600_000;

export type RevocationsPorts = {
  sessions: Pick<SessionStore, 'end' | 'endAll' | 'get'>;
  revocations: Pick<RevocationStore, 'since' | 'isRevoked'>;
  bans: Pick<Bans, 'note' | 'read' | 'of'>;
  playerOf(sub: string): string;
  revocationBus: RevocationBus;
};

export type Revocations = Awaited<ReturnType<typeof createRevocations>>;

/** Sockets may open once it resolves: what ended before then is known, and its listeners hear of all later ones. */
export async function createRevocations({ sessions, revocations, bans, playerOf, revocationBus }: RevocationsPorts) {
  const listeners = new Set<(ended: Closed) => void>();
  const sessionIds = new Set<string>();
  const players = new Map<string, number>();

  /** From here on every token of it is refused here, whatever the database does. */
  function note(ended: Ended): void {
    if ('banned' in ended) bans.note(ended);
    else if ('session' in ended) {
      if (sessionIds.has(ended.session)) return;
      sessionIds.add(ended.session);
      for (const listener of listeners) listener(ended);
    } else {
      const { player, at, ...by } = ended;
      if (at <= (players.get(player) ?? 0)) return;
      players.set(player, at);
      for (const listener of listeners) listener({ player, ...by });
    }
  }

  async function tell(ended: Ended): Promise<void> {
    note(ended);
    await revocationBus.tell(ended);
  }

  async function read(): Promise<void> {
    await bans.read();
    for (const { kind, name, notBefore } of await revocations.since(Date.now() - REMEMBERED_MS)) {
      note(kind === 'session' ? { session: name } : { player: name, at: notBefore });
    }
  }

  /** Reads what was missed, however often that takes. */
  function missed(): void {
    read().catch(() => setTimeout(missed, 1_000).unref());
  }

  async function end(session: string, by: string, reason: 'signed-out' | 'administrator'): Promise<void> {
    await tell({ session, ...(reason === 'administrator' && { by: reason }) });
    await sessions.end(session, { by, reason, at: Date.now() });
  }

  /**
   * Every session of a player, and every token that was issued before `at`. Tokens tell the second they were issued in:
   * of the one that runs, those of sessionIds that end here are refused by their sessionIds.
   */
  async function endPlayer(
    player: string,
    { by, reason }: { by: string; reason: string },
    at = Math.floor(Date.now() / 1000) * 1000,
  ): Promise<void> {
    const who = by !== player && ({ by: 'administrator' } as const);
    await tell({ player, at, ...who });
    for (const session of await sessions.endAll(player, { by, reason, at })) await tell({ session, ...who });
  }

  await revocationBus.listen(note, missed);
  await read();
  // Whoever should have told of one may have died before.
  const looking = setInterval(missed, LOOK_MS).unref();

  return {
    stop: () => clearInterval(looking),

    /** Called for each session or player whose sockets must close; holders of sockets subscribe before they accept any. */
    onEnd: (listener: (ended: Closed) => void) => {
      listeners.add(listener);
    },

    /** What is known here without the database; `unsure` of a player whose older sessionIds were all ended. */
    known(session: string, player: string): 'ended' | 'unsure' | undefined {
      if (sessionIds.has(session)) return 'ended';
      return players.has(player) ? 'unsure' : undefined;
    },

    endPlayer,

    /** `until` 0 lifts it. The store has it already. */
    ban: (banned: string, until: number, reason: BanReason = 'other') => tell({ banned, until, reason }),
    bannedUntil: (player: string) => bans.of(player, revocationBus.heard),

    revoked(session: string, player: string, issuedAt: number): boolean | Promise<boolean> {
      if (sessionIds.has(session) || (players.get(player) ?? 0) > issuedAt) return true;
      return revocationBus.heard ? false : revocations.isRevoked({ session, player, issuedAt });
    },

    async providerEnded({ sub, sid }: SessionEnd): Promise<void> {
      const player = playerOf(sub);
      if (sid !== undefined) {
        if (!sessionIds.has(sid)) await end(sid, player, 'signed-out');
        return;
      }
      await endPlayer(player, { by: player, reason: 'signed-out' }, Date.now());
    },

    /**
     * False when there is no such session, or it has ended already; the trouble when it ended here, and the provider
     * could not be told, which keeps its own session.
     */
    async signOut(
      session: string,
      by: string,
      provider: IdentityProvider['sessions'],
    ): Promise<boolean | ProviderTrouble> {
      const row = await sessions.get(session);
      if (!row || sessionIds.has(session)) return false;
      await end(session, by, by === row.player ? 'signed-out' : 'administrator');
      try {
        await provider.revoke(session);
        return true;
      } catch (error) {
        if (error instanceof ProviderTrouble) return error;
        throw error;
      }
    },
  };
}
