/** How logins end: by their owner, by an administrator, or by the provider. Sockets close, tokens are refused. */
import type { RevocationStore } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import type { IdentityProvider, SessionEnd } from '#server/identity/identity.ts';

/** Older revocations concern no token any more: access tokens live for minutes. */
const REMEMBERED_MS = 24 * 3_600_000;

export type EndingsPorts = {
  sessions: Pick<SessionStore, 'end' | 'endAll' | 'get'>;
  revocations: Pick<RevocationStore, 'since'>;
  playerOf(sub: string): string;
  /** Closes every socket of a login. */
  close(login: string): void;
};

export type Endings = Awaited<ReturnType<typeof createEndings>>;

export async function createEndings({ sessions, revocations, playerOf, close }: EndingsPorts) {
  const logins = new Set<string>();
  const players = new Map<string, number>();
  for (const { kind, name, notBefore } of await revocations.since(Date.now() - REMEMBERED_MS)) {
    if (kind === 'login') logins.add(name);
    else players.set(name, notBefore);
  }

  async function end(login: string, by: string, reason: string): Promise<void> {
    logins.add(login); // from here on every token of it is refused, whatever the database does
    close(login);
    await sessions.end(login, { by, reason, at: Date.now() });
  }

  return {
    revoked: (login: string, player: string, issuedAt: number) =>
      logins.has(login) || (players.get(player) ?? 0) > issuedAt,

    async providerEnded({ sub, sid }: SessionEnd): Promise<void> {
      const player = playerOf(sub);
      if (sid !== undefined) {
        if (!logins.has(sid)) await end(sid, player, 'signed-out');
        return;
      }
      const at = Date.now();
      players.set(player, at);
      for (const login of await sessions.endAll(player, { by: player, reason: 'signed-out', at })) {
        logins.add(login);
        close(login);
      }
    },

    /** False when there is no such login, or it has ended already. */
    async signOut(login: string, by: string, provider: IdentityProvider['sessions']): Promise<boolean> {
      const session = await sessions.get(login);
      if (!session || logins.has(login)) return false;
      await end(login, by, 'administrator');
      await provider.revoke(login);
      return true;
    },
  };
}
