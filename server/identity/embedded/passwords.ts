/** Password hashes: scrypt, with its cost kept beside each hash so that it can be raised later. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { fairQueue } from '#server/identity/embedded/fair-queue.ts';

/** 32 MB and about a tenth of a second each. */
const COST = { N: 2 ** 15, r: 8, p: 1 };
const MAX_MEMORY = 64 * 1024 * 1024;
const HASH_BYTES = 32;
/** scrypt runs on libuv's four threads, which files and DNS need, too. */
const queue = fairQueue({ atOnce: 2, perKey: 4, waiting: 200 });

/** `salt` and `hash` are base64url. */
export type PasswordHash = { N: number; r: number; p: number; salt: string; hash: string };

function derive(password: string, salt: Buffer, cost: ScryptOptions, from: string): Promise<Buffer> {
  const options = { ...cost, maxmem: MAX_MEMORY };
  return queue.run(
    from,
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

/** `from` is the address that asks, for fair turns; empty for the installation itself. @throws TooBusy */
export async function hashPassword(password: string, from = ''): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST, from);
  return { ...COST, salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

const NOBODY: PasswordHash = {
  ...COST,
  salt: randomBytes(16).toString('base64url'),
  hash: randomBytes(HASH_BYTES).toString('base64url'),
};

/** Takes as long for an account that does not exist. `from` as above. @throws TooBusy */
export async function checkPassword(password: string, stored: PasswordHash | undefined, from = ''): Promise<boolean> {
  const { N, r, p, salt, hash } = stored ?? NOBODY;
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N, r, p }, from);
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && stored !== undefined;
}
