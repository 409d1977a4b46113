/** The people of the embedded provider, kept in its rows. */
import { randomUUID } from 'node:crypto';
import { checkPassword, hashPassword, type PasswordHash } from '#server/identity/embedded/passwords.ts';
import type { Payload, Rows } from '#server/identity/embedded/rows.ts';
import type { NewUser, User, UserRefusal } from '#server/identity/identity.ts';
import { foldName, isPassword, readName } from '#server/identity/names.ts';
import { looksOf, mixesScripts } from '#server/identity/unicode/look-alikes.ts';

const KIND = 'User';

/** As in a row; the password never leaves this file. */
type Account = User & { password: PasswordHash };

export type Accounts = {
  /** `from`: the address that asks, for fair turns. @throws TooBusy */
  create(user: NewUser, from?: string): Promise<User | UserRefusal>;
  /** Undefined for an unknown name and for a wrong password alike, after the same time. */
  authenticate(username: string, password: string, from?: string): Promise<User | undefined>;
  get(id: string): Promise<User | undefined>;
  find(username: string): Promise<User | undefined>;
  list(): Promise<User[]>;
  /** False when there is no such person. */
  change(id: string, change: { roles?: readonly string[]; enabled?: boolean; password?: string }): Promise<boolean>;
  setPassword(id: string, password: string): Promise<UserRefusal | undefined>;
  delete(id: string): Promise<void>;
};

const INVALID: UserRefusal = {
  refused: 'password-invalid',
  field: 'password',
  detail: 'password must have 8 to 200 characters',
};

export function createAccounts(rows: Rows, now: () => number = Date.now): Accounts {
  const read = (row: Payload | undefined) => row as Account | undefined;
  const byName = async (username: string) => read(await rows.findByKey(KIND, foldName(username)));

  return {
    async create({ username, password, roles = ['player'] }, from) {
      const name = readName(username);
      if (name === undefined) {
        return { refused: 'name-invalid', field: 'username', detail: 'username must have 2 to 40 visible characters' };
      }
      if (!isPassword(password)) return INVALID;
      if (mixesScripts(name)) {
        return { refused: 'name-mixed', field: 'username', detail: 'username must have letters of one script' };
      }
      const user = { id: randomUUID(), username: name, enabled: true, roles: [...roles], createdAt: now() };
      const account: Account = { ...user, password: await hashPassword(password, from) };
      if (await rows.insert(KIND, user.id, foldName(name), account, looksOf(name))) return user;
      return (await byName(name))
        ? { refused: 'name-taken', field: 'username', detail: 'this username is taken' }
        : { refused: 'name-alike', field: 'username', detail: 'this username looks like one that is taken' };
    },

    async authenticate(username, password, from) {
      // an absurd password is not worth hashing, and tells nothing about who exists
      if (!isPassword(password)) return undefined;
      const account = await byName(username);
      return (await checkPassword(password, account?.password, from)) ? show(account) : undefined;
    },

    get: async (id) => show(read(await rows.find(KIND, id))),
    find: async (username) => show(await byName(username)),
    list: async () => (await rows.list(KIND)).flatMap((row) => show(read(row)) ?? []),

    async change(id, { roles, enabled, password }) {
      const hash = password === undefined ? undefined : await hashPassword(password);
      const account = read(await rows.find(KIND, id));
      if (!account) return false;
      await rows.upsert(KIND, id, {
        ...account,
        ...(roles && { roles: [...roles] }),
        ...(enabled !== undefined && { enabled }),
        ...(hash && { password: hash }),
      });
      return true;
    },

    async setPassword(id, password) {
      if (!isPassword(password)) return INVALID;
      await this.change(id, { password });
      return undefined;
    },

    delete: (id) => rows.destroy(KIND, id),
  };
}

function show(account: Account | undefined): User | undefined {
  if (!account) return undefined;
  const { password: _, ...user } = account;
  return user;
}
