/** Who comes: the first token of a login makes the player and the session known; later ones keep it alive. */
import type { PlayerStore } from '#db/stores/players.ts';
import type { RevocationStore } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import type { Authenticate, Identity, Log, Logins } from '#rooms/ports.ts';

const TOUCH_MS = 60_000;
const MOST_REMEMBERED = 10_000;

export type VisitsPorts = {
  verify: Authenticate;
  players: Pick<PlayerStore, 'signIn'>;
  sessions: Pick<SessionStore, 'begin' | 'touch' | 'get'>;
  revocations: Pick<RevocationStore, 'isRevoked'>;
  log: Log;
};

export type Visits = { authenticate: Authenticate; logins: Logins };

export function createVisits({ verify, players, sessions, revocations, log }: VisitsPorts): Visits {
  const seen = new Map<string, number>();

  async function welcome({ player, name, subject, login }: Identity, userAgent: string): Promise<void> {
    const at = Date.now();
    const before = seen.get(login);
    if (before !== undefined && at - before < TOUCH_MS) return;
    if (before === undefined) {
      await players.signIn({ id: player, name, subject: subject ?? '', at });
      await sessions.begin({ login, player, userAgent, at });
    } else await sessions.touch(login, at);
    seen.delete(login);
    seen.set(login, at);
    if (seen.size > MOST_REMEMBERED) for (const oldest of seen.keys()) return void seen.delete(oldest);
  }

  return {
    async authenticate(token, about) {
      const identity = await verify(token);
      if ('refused' in identity) return identity;
      try {
        await welcome(identity, about?.userAgent ?? '');
      } catch (error) {
        // The database is away: play goes on, and the login is noted with the next token.
        log.warn({ reason: (error as Error).name }, 'a visit was not noted');
      }
      return identity;
    },
    logins: {
      async live(login, player) {
        try {
          const issuedAt = (await sessions.get(login))?.startedAt ?? 0;
          return !(await revocations.isRevoked({ login, player, issuedAt }));
        } catch (error) {
          log.warn({ reason: (error as Error).name }, 'a returning login could not be checked; its token will be');
          return true;
        }
      },
    },
  };
}
