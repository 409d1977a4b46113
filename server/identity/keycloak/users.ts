/** The people of a realm. Names are as Keycloak keeps them: in lower case. */
import { ProviderTrouble, type User, type UserRefusal, type Users } from '#server/identity/identity.ts';
import { type AdminApi, type Answer, expectDone } from '#server/identity/keycloak/admin-api.ts';

type Representation = { id: string; username: string; enabled: boolean; createdTimestamp: number };
type Role = { id: string; name: string };

const PAGE = 50;
/** What everybody has of Keycloak's own; the rest are roles of ours. */
const isPlumbing = (name: string) => /^(default-roles-.*|offline_access|uma_authorization)$/.test(name);

export type LoginEnder = { revokeAll(user: string): Promise<void> };

export function createUsers({ call }: AdminApi, logins: LoginEnder): Users {
  const at = (id: string) => `/users/${encodeURIComponent(id)}`;

  async function rolesOf(id: string, kind: '' | '/composite' = ''): Promise<Role[]> {
    const answer = await call('GET', `${at(id)}/role-mappings/realm${kind}`);
    if (answer.status === 404) return [];
    expectDone(answer, 'tell roles');
    return answer.body as Role[];
  }

  async function show({ id, username, enabled, createdTimestamp }: Representation): Promise<User> {
    const roles = (await rolesOf(id, '/composite')).map(({ name }) => name).filter((name) => !isPlumbing(name));
    return { id, username, enabled, roles: roles.sort(), createdAt: createdTimestamp };
  }

  async function get(id: string): Promise<User | undefined> {
    const answer = await call('GET', at(id));
    if (answer.status === 404) return undefined;
    expectDone(answer, 'find somebody');
    return show(answer.body as Representation);
  }

  async function setRoles(id: string, wanted: readonly string[]): Promise<void> {
    const has = await rolesOf(id);
    const known = await call('GET', '/roles');
    expectDone(known, 'list its roles');
    const added = (known.body as Role[]).filter(
      ({ name }) => wanted.includes(name) && !has.some((role) => role.name === name),
    );
    const missing = wanted.filter((name) => !(known.body as Role[]).some((role) => role.name === name));
    if (missing.length > 0) throw new ProviderTrouble(`The realm has no role ${missing.join(', ')}.`);
    expectDone(await call('POST', `${at(id)}/role-mappings/realm`, added), 'grant roles', 404);
    // What everybody gets makes them a player: it goes only when they are not to be one.
    const kept = (name: string) =>
      wanted.includes(name) || (isPlumbing(name) && (wanted.includes('player') || !name.startsWith('default-roles-')));
    const removed = has.filter(({ name }) => !kept(name));
    expectDone(await call('DELETE', `${at(id)}/role-mappings/realm`, removed), 'take roles back', 404);
  }

  const change = async (id: string, change: object) =>
    expectDone(await call('PUT', at(id), change), 'change somebody', 404);

  return {
    get,
    setRoles,
    async create({ username, password, roles }) {
      const credentials = [{ type: 'password', value: password, temporary: false }];
      const answer = await call('POST', '/users', { username, enabled: true, credentials });
      if (answer.status !== 201) return explain(answer);
      const id = answer.location?.split('/').at(-1) ?? '';
      if (roles) await setRoles(id, roles);
      return (await get(id)) ?? gone();
    },
    async find(username) {
      const query = new URLSearchParams({ username: username.trim(), exact: 'true' });
      const answer = await call('GET', `/users?${query}`);
      expectDone(answer, 'find somebody');
      const [found] = answer.body as Representation[];
      return found && show(found);
    },
    async list() {
      const users: User[] = [];
      for (;;) {
        const answer = await call('GET', `/users?first=${users.length}&max=${PAGE}`);
        expectDone(answer, 'list people');
        const page = answer.body as Representation[];
        users.push(...(await Promise.all(page.map(show))));
        if (page.length < PAGE) return users;
      }
    },
    async holding(role) {
      const holders: User[] = [];
      for (;;) {
        const answer = await call(
          'GET',
          `/roles/${encodeURIComponent(role)}/users?first=${holders.length}&max=${PAGE}`,
        );
        if (answer.status === 404) return [];
        expectDone(answer, 'list who has a role');
        const page = answer.body as Representation[];
        holders.push(...(await Promise.all(page.map(show))));
        if (page.length < PAGE) return holders;
      }
    },
    async setPassword(id, password) {
      const credential = { type: 'password', value: password, temporary: false };
      const answer = await call('PUT', `${at(id)}/reset-password`, credential);
      if (answer.status === 400) return explain(answer);
      expectDone(answer, 'set a password', 404);
      return undefined;
    },
    async setEnabled(id, enabled) {
      await change(id, { enabled });
      // Keycloak itself leaves the logins of who is switched off.
      if (!enabled) await logins.revokeAll(id);
    },
    async delete(id) {
      // Switched off first, so that nobody signs in between; Keycloak tells of no login that ends by a deletion.
      await change(id, { enabled: false });
      await logins.revokeAll(id);
      expectDone(await call('DELETE', at(id)), 'delete somebody', 404);
    },
  };
}

function gone(): never {
  throw new ProviderTrouble('Keycloak does not know whom it has just made.');
}

function explain(answer: Answer): UserRefusal {
  const { error = '', error_description } = (answer.body ?? {}) as { error?: string; error_description?: string };
  if (answer.status === 409) return { refused: 'name-taken', field: 'username', detail: 'this username is taken' };
  if (error.startsWith('invalidPassword'))
    return { refused: 'password-invalid', field: 'password', detail: error_description ?? error };
  expectDone(answer, 'create somebody', 400);
  return { refused: 'name-invalid', field: 'username', detail: 'the realm does not allow this username' };
}
