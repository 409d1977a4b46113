/** Logins of the embedded provider, and the one place where they end. */
import type Provider from 'oidc-provider';
import type { Rows } from '#server/identity/embedded/rows.ts';
import type { Login, SessionEnd, Sessions } from '#server/identity/identity.ts';

type Listener = (end: SessionEnd) => void | Promise<void>;
type OidcSession = InstanceType<Provider['Session']>;

export type EmbeddedSessions = Sessions & {
  /** Tells the listeners, takes back what the login was granted, and removes it. In that order: a crash between leaves it revoked. */
  end(session: OidcSession): Promise<void>;
  onEnd(listener: Listener): () => void;
  /** Resolves once all listeners have dealt with the ends that oidc-provider made by itself. */
  settled(): Promise<void>;
};

export function createSessions(provider: Provider, rows: Rows): EmbeddedSessions {
  const listeners = new Set<Listener>();
  const told = new Set<string>();
  const telling: Promise<void>[] = [];

  async function tell(session: OidcSession): Promise<void> {
    const { accountId: sub, uid: sid } = session;
    if (sub) await Promise.all([...listeners].map((listener) => listener({ sub, sid })));
  }

  provider.on('session.destroyed', (session) => {
    if (told.delete(session.uid)) return;
    const done = tell(session);
    // a failure is for whoever awaits `settled`
    done.catch(() => undefined);
    telling.push(done);
  });

  async function end(session: OidcSession): Promise<void> {
    await tell(session);
    told.add(session.uid);
    for (const { grantId } of Object.values(session.authorizations ?? {})) {
      if (!grantId) continue;
      await provider.RefreshToken.revokeByGrantId(grantId);
      await provider.AuthorizationCode.revokeByGrantId(grantId);
      await provider.Grant.adapter.destroy(grantId);
    }
    await session.destroy();
  }

  async function revoke(sid: string): Promise<boolean> {
    const session = await provider.Session.findByUid(sid);
    if (!session?.accountId) return false;
    await end(session);
    return true;
  }

  async function list(user: string): Promise<Login[]> {
    const found = (await rows.list('Session', user)) as { uid: string; loginTs: number }[];
    return found.map(({ uid, loginTs }) => ({ id: uid, user, startedAt: loginTs * 1000 }));
  }

  return {
    end,
    list,
    revoke,
    async revokeAll(user) {
      for (const { id } of await list(user)) await revoke(id);
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async settled() {
      await Promise.all(telling.splice(0));
    },
  };
}
