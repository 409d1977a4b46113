/** Who comes: the first token of a session makes the player and the session known; later ones keep it alive. */
import type { PlayerStore } from '#db/stores/players.ts';
import { type Login, type RevocationStore, refuses } from '#db/stores/revocations.ts';
import type { SessionStore } from '#db/stores/sessions.ts';
import type { Authenticate, Identity, Log, SessionLiveness } from '#rooms/ports.ts';
import { inBatches } from '#server/people/in-batches.ts';

const TOUCH_MS = 60_000;
/** A database that did not answer is not waited for again until then. */
const AWAY_MS = 5_000;
const MOST_REMEMBERED = 10_000;

export type SignInsPorts = {
  verify: Authenticate;
  players: Pick<PlayerStore, 'signIn'>;
  sessions: Pick<SessionStore, 'begin' | 'touch' | 'get'>;
  revocations: Pick<RevocationStore, 'concerning'>;
  /** What is known of a session without asking the database. */
  known(session: string, player: string): 'ended' | 'unsure' | undefined;
  log: Log;
};

export type SignIns = { authenticate: Authenticate; liveness: SessionLiveness };

type Welcome = Identity & { userAgent: string };

export function createSignIns({ verify, players, sessions, revocations, known, log }: SignInsPorts): SignIns {
  const seen = new Map<string, number>();
  let awayUntil = 0;
  const noting = new Map<string, Promise<void>>();
  const isKnown = inBatches(async (ids: readonly string[]) => {
    const known = new Set(await sessions.touch([...new Set(ids)], Date.now()));
    return ids.map((session) => known.has(session));
  });
  const concerning = inBatches(async (ids: readonly Login[]) => {
    const found = await revocations.concerning(ids);
    return ids.map(({ session, player }) => found.filter(({ kind, name }) => name === { session, player }[kind]));
  });

  async function note({ player, name, subject, session, userAgent }: Welcome): Promise<void> {
    const at = Date.now();
    if (!(await isKnown(session))) {
      await players.signIn({ id: player, name, subject: subject ?? '', at });
      await sessions.begin({ session, player, userAgent, at });
    }
    seen.delete(session);
    seen.set(session, at);
    if (seen.size > MOST_REMEMBERED)
      for (const oldest of seen.keys()) {
        seen.delete(oldest);
        return;
      }
  }

  async function welcome(visit: Welcome): Promise<void> {
    const { session } = visit;
    const before = seen.get(session);
    if (before !== undefined && Date.now() - before < TOUCH_MS) return;
    if (performance.now() < awayUntil) return;
    const noted = noting.get(session) ?? note(visit).finally(() => noting.delete(session));
    noting.set(session, noted);
    // The database is away: play goes on, and the session is noted with the next token.
    await noted.catch((error: Error) => {
      awayUntil = performance.now() + AWAY_MS;
      log.warn({ reason: error.name }, 'sign-in not recorded');
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
    liveness: {
      async look(session, player) {
        const here = known(session, player);
        if (here === 'ended') return here;
        try {
          const found = await concerning({ session, player });
          if (found.length === 0) return 'live';
          const issuedAt = (await sessions.get(session))?.startedAt ?? 0;
          return found.some((revocation) => refuses(revocation, { session, player, issuedAt })) ? 'ended' : 'live';
        } catch (error) {
          log.warn({ reason: (error as Error).name }, 'session of a reconnection not checked; its token will be');
          return here ?? 'live';
        }
      },
    },
  };
}
