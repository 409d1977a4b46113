/** Password hashes: scrypt, with its cost kept beside each hash so that it can be raised later. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** 32 MB and about a tenth of a second each. */
const COST = { N: 2 ** 15, r: 8, p: 1 };
const MAX_MEMORY = 64 * 1024 * 1024;
const HASH_BYTES = 32;
/** scrypt runs on libuv's four threads, which files and DNS need, too. */
const AT_ONCE = 2;
const WAITING = 40;

/** `salt` and `hash` are base64url. */
export type PasswordHash = { N: number; r: number; p: number; salt: string; hash: string };

/** More people are signing in than can be served; try again soon. */
export class TooBusy extends Error {}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING) throw new TooBusy();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await work();
  } finally {
    // the turn passes on to whoever waits, or is given back
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

function derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  const options = { ...cost, maxmem: MAX_MEMORY };
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

/** @throws TooBusy */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return { ...COST, salt: salt.toString('base64url'), hash: hash.toString('base64url') };
}

const NOBODY: PasswordHash = {
  ...COST,
  salt: randomBytes(16).toString('base64url'),
  hash: randomBytes(HASH_BYTES).toString('base64url'),
};

/** Takes as long for someone who does not exist. @throws TooBusy */
export async function checkPassword(password: string, stored: PasswordHash | undefined): Promise<boolean> {
  const { N, r, p, salt, hash } = stored ?? NOBODY;
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N, r, p });
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && stored !== undefined;
}
