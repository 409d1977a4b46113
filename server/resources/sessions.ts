/** SessionLiveness that are live. To delete one is to sign it out: its sockets close, its tokens are refused. */
import type { Session as Row, SessionStore } from '#db/stores/sessions.ts';
import { type Session, session } from '#schema/resources.ts';
import { failure, refusal, success } from '#schema/status.ts';
import { PARLOR } from '#server/resources/group.ts';
import { answer, type Declaration, head, instant, list, refuse } from '#server/resources/resource.ts';

export type SessionsPorts = {
  sessions: Pick<SessionStore, 'get' | 'list'>;
  /**
   * Ends a session everywhere: its tokens are refused and its sockets closed when this resolves. False when it was not
   * live, an error when all that was done and the provider could not be told.
   */
  signOut(session: string, by: string): Promise<boolean | Error>;
};

/** A session's id opens nothing: it is in the holder's own token, and no api takes it as a credential. */
export const sessions: Declaration<SessionsPorts> = {
  plural: 'sessions',
  kind: 'Session',
  singular: 'session',
  group: PARLOR,
  storage: 'rows',
  schema: session,
  verbs: ['list', 'get', 'delete'],
  shortNames: ['sess'],
  labels: ['player'],
  columns: [
    { name: 'Player', type: 'string', cell: ({ spec }: Session) => spec.displayName || spec.player },
    { name: 'Last Seen', type: 'string', cell: ({ status }: Session) => status.lastSeenAt },
    { name: 'User Agent', type: 'string', priority: 1, cell: ({ spec }: Session) => spec.userAgent },
  ],
  rules: [],
  serve: ({ sessions, signOut }) => ({
    async list({ query }) {
      const page = await sessions.list({ ...query, ...(query.labels.player && { player: query.labels.player }) });
      const live = page.items.filter(isLive);
      // Live ones come first: once an ended one appears, no further page holds a live one.
      const next = live.length === page.items.length ? page.next : undefined;
      return list('Session', query, { items: live.map(show), next });
    },
    async get({ name }) {
      const row = await sessions.get(name);
      return row && isLive(row) ? answer(show(row)) : absent(name);
    },
    async delete({ name, identity }) {
      const ended = await signOut(name, identity.player);
      if (!ended) return absent(name);
      if (ended instanceof Error) return refuse(refusal('provider-not-told', { detail: ended.message }));
      return answer(success({ name, uid: name, kind: 'sessions' }));
    },
  }),
};

function isLive({ endedAt }: Row): boolean {
  return endedAt === undefined;
}

function show(row: Row): Session {
  return {
    ...head('Session', row.session, row.startedAt),
    spec: { player: row.player, displayName: row.name, userAgent: row.userAgent },
    status: { startedAt: instant(row.startedAt), lastSeenAt: instant(row.lastSeenAt) },
  };
}

function absent(name: string) {
  return refuse(failure(404, `There is no live session "${name}".`, { name, kind: 'sessions' }));
}
