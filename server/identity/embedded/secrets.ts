/** The provider's own signing and cookie keys: made once, kept in its rows, the same after every restart. */
import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Payload, Rows } from '#server/identity/embedded/rows.ts';

const KIND = 'Secret';
const ALGORITHM = 'RS256';

export type Secrets = {
  /** Private. */
  signing: JWK;
  /** What `certs` publishes. */
  public: JWK;
  cookies: string[];
};

export async function openSecrets(rows: Rows): Promise<Secrets> {
  const signing = (await once(rows, 'signing', newSigningKey)) as JWK;
  const { keys } = (await once(rows, 'cookies', async () => ({ keys: [randomBytes(32).toString('base64url')] }))) as {
    keys: string[];
  };
  const { kty, n, e, kid, alg, use } = signing;
  return { signing, public: { kty, n, e, kid, alg, use } as JWK, cookies: keys };
}

/** Of two processes that start together, one makes it and both use it. */
async function once(rows: Rows, name: string, make: () => Promise<Payload>): Promise<Payload> {
  const found = await rows.find(KIND, name);
  if (found) return found;
  const made = await make();
  if (await rows.insert(KIND, name, name, made)) return made;
  return once(rows, name, make);
}

async function newSigningKey(): Promise<Payload> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
}
