/** The logins of a realm, and who is told when one ends. */
import type { Login, SessionEnd, Sessions } from '#server/identity/identity.ts';
import { type AdminApi, expectDone } from '#server/identity/keycloak/admin-api.ts';

type Listener = (end: SessionEnd) => void | Promise<void>;

export type KeycloakSessions = Sessions & {
  /** Tells all listeners, and waits for them. An end may be told twice: by who made it, and by Keycloak. */
  tell(end: SessionEnd): Promise<void>;
  onEnd(listener: Listener): () => void;
};

export function createSessions({ call }: AdminApi): KeycloakSessions {
  const listeners = new Set<Listener>();
  const at = (user: string) => `/users/${encodeURIComponent(user)}`;

  async function tell(end: SessionEnd): Promise<void> {
    await Promise.all([...listeners].map((listener) => listener(end)));
  }

  async function list(user: string): Promise<Login[]> {
    const answer = await call('GET', `${at(user)}/sessions`);
    if (answer.status === 404) return [];
    expectDone(answer, 'list logins');
    return (answer.body as { id: string; start: number }[]).map(({ id, start }) => ({ id, user, startedAt: start }));
  }

  return {
    tell,
    list,
    async revoke(sid) {
      // Whose it was, Keycloak says by the back channel.
      const answer = await call('DELETE', `/sessions/${encodeURIComponent(sid)}`);
      expectDone(answer, 'end a login', 404);
      return answer.status !== 404;
    },
    async revokeAll(user) {
      const logins = await list(user);
      expectDone(await call('POST', `${at(user)}/logout`), 'end all logins of somebody', 404);
      for (const { id } of logins) await tell({ sub: user, sid: id });
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
