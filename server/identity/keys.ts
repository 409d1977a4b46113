/** Public keys of a provider that may be away for a while. */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** The provider cannot be asked, and the keys known of it do not settle the matter. */
export class KeysUnreachable extends Error {}

export type KeyTimes = {
  /** A known set is asked for again after this long. */
  maxAgeMs?: number;
  /** An unknown key, or an absent provider, makes us ask at most this often. */
  cooldownMs?: number;
  timeoutMs?: number;
};

/**
 * Keys fetched from `url` and kept. While the provider cannot be reached, tokens under known keys go on
 * being believed, and any other is refused with `KeysUnreachable`.
 */
export function remoteKeys(url: URL, times: KeyTimes = {}): JWTVerifyGetKey {
  const { maxAgeMs = 600_000, cooldownMs = 10_000, timeoutMs = 3000 } = times;
  // jose forgets known keys when they are stale and cannot be fetched, so when to fetch is decided here
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: timeoutMs,
  });
  let askedAt = Number.NEGATIVE_INFINITY;
  let away = false;

  const sinceAsked = () => performance.now() - askedAt;
  async function ask(): Promise<void> {
    try {
      await remote.reload();
      away = false;
    } catch {
      away = true;
    } finally {
      askedAt = performance.now();
    }
  }

  return async (header, token) => {
    const known = remote.jwks() !== undefined;
    if (!known && sinceAsked() >= cooldownMs) await ask();
    else if (known && sinceAsked() >= (away ? cooldownMs : maxAgeMs) && !remote.reloading) ask().catch(() => {}); // says so by `away`
    if (!remote.jwks()) throw new KeysUnreachable();
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (sinceAsked() >= cooldownMs) await ask();
      if (away) throw new KeysUnreachable();
      return remote(header, token);
    }
  };
}
