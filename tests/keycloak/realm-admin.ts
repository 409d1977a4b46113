/** Whoever runs the Keycloak, at its admin API: what Parlor's own service account may not. */
import type { ProvidedKeycloak } from '#tests/setup/keycloak.ts';

export type RealmAdmin = {
  /** Below `/admin/realms`. @throws when it was not done. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
};

export async function realmAdmin({ url, administrator }: Omit<ProvidedKeycloak, 'parlor'>): Promise<RealmAdmin> {
  const { username, password } = administrator;
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password });
  return {
    async ask<T>(method: string, path: string, sent?: unknown): Promise<T> {
      // its tokens live for a minute only
      const session = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
      const { access_token } = (await session.json()) as { access_token: string };
      const answer = await fetch(`${url}/admin/realms${path}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
        ...(sent !== undefined && { body: JSON.stringify(sent) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
}

/** As documented: the realm's role `admin`, given to somebody by name. */
export async function makeAdministrator({ ask }: RealmAdmin, username: string): Promise<void> {
  const [user] = await ask<{ id: string }[]>('GET', `/parlor/users?username=${username}&exact=true`);
  const role = await ask<object>('GET', '/parlor/roles/admin');
  await ask('POST', `/parlor/users/${user?.id}/role-mappings/realm`, [role]);
}
