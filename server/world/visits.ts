/** Who comes: the first token of a login makes the player and the session known; later ones keep it alive. */
import type { PlayerStore } from '#db/stores/players.ts';
import { type Login, type RevocationStore, refuses } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import type { Authenticate, Identity, Log, Logins } from '#rooms/ports.ts';
import { inBatches } from '#server/world/in-batches.ts';

const TOUCH_MS = 60_000;
/** A database that did not answer is not waited for again until then. */
const AWAY_MS = 5_000;
const MOST_REMEMBERED = 10_000;

export type VisitsPorts = {
  verify: Authenticate;
  players: Pick<PlayerStore, 'signIn'>;
  sessions: Pick<SessionStore, 'begin' | 'touch' | 'get'>;
  revocations: Pick<RevocationStore, 'concerning'>;
  /** What is known of a login without asking the database. */
  known(login: string, player: string): 'ended' | 'unsure' | undefined;
  log: Log;
};

export type Visits = { authenticate: Authenticate; logins: Logins };

type Welcome = Identity & { userAgent: string };

export function createVisits({ verify, players, sessions, revocations, known, log }: VisitsPorts): Visits {
  const seen = new Map<string, number>();
  let awayUntil = 0;
  const noting = new Map<string, Promise<void>>();
  const isKnown = inBatches(async (logins: readonly string[]) => {
    const known = new Set(await sessions.touch([...new Set(logins)], Date.now()));
    return logins.map((login) => known.has(login));
  });
  const concerning = inBatches(async (logins: readonly Login[]) => {
    const found = await revocations.concerning(logins);
    return logins.map(({ login, player }) => found.filter(({ kind, name }) => name === { login, player }[kind]));
  });

  async function note({ player, name, subject, login, userAgent }: Welcome): Promise<void> {
    const at = Date.now();
    if (!(await isKnown(login))) {
      await players.signIn({ id: player, name, subject: subject ?? '', at });
      await sessions.begin({ login, player, userAgent, at });
    }
    seen.delete(login);
    seen.set(login, at);
    if (seen.size > MOST_REMEMBERED)
      for (const oldest of seen.keys()) {
        seen.delete(oldest);
        return;
      }
  }

  async function welcome(visit: Welcome): Promise<void> {
    const { login } = visit;
    const before = seen.get(login);
    if (before !== undefined && Date.now() - before < TOUCH_MS) return;
    if (performance.now() < awayUntil) return;
    const noted = noting.get(login) ?? note(visit).finally(() => noting.delete(login));
    noting.set(login, noted);
    // The database is away: play goes on, and the login is noted with the next token.
    await noted.catch((error: Error) => {
      awayUntil = performance.now() + AWAY_MS;
      log.warn({ reason: error.name }, 'a visit was not noted');
    });
  }

  return {
    async authenticate(token, about) {
      const identity = await verify(token);
      if ('refused' in identity) return identity;
      const noted = welcome({ ...identity, userAgent: about?.userAgent ?? '' });
      // Who is in already does not wait for the register.
      if (about) await noted;
      return identity;
    },
    logins: {
      async look(login, player) {
        const here = known(login, player);
        if (here === 'ended') return here;
        try {
          const found = await concerning({ login, player });
          if (found.length === 0) return 'live';
          const issuedAt = (await sessions.get(login))?.startedAt ?? 0;
          return found.some((revocation) => refuses(revocation, { login, player, issuedAt })) ? 'ended' : 'live';
        } catch (error) {
          log.warn({ reason: (error as Error).name }, 'a returning login could not be checked; its token will be');
          return here ?? 'live';
        }
      },
    },
  };
}
