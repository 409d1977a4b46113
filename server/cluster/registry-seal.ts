/**
 * Registry rows are signed: write access to Redis alone makes no member, so a forged address receives no tokens. A copied
 * row is valid for at most `MAX_AGE_MS`.
 */
import { createHmac } from 'node:crypto';
import { same } from '#server/cluster/proofs.ts';
import type { Config } from '#server/config.ts';
import { readKeyFile } from '#server/keys/wrapping.ts';

/** On the shared clock. Far more than a lease: an honest row is renewed several times in one. */
const MAX_AGE_MS = 60_000;

export type RegistrySeal = {
  /** `at`: the shared clock, ms. */
  sign(row: string, at: number): string;
  /** The row, if its signature is valid and recent. */
  open(signed: string, now: number): string | undefined;
};

/** The first key signs; a row signed with any of them is accepted. */
export function registrySeal(keys: readonly Uint8Array[]): RegistrySeal {
  const mac = (key: Uint8Array | undefined, said: string) =>
    createHmac('sha256', key ?? '')
      .update(said)
      .digest('base64url');
  return {
    sign(row, at) {
      const said = `${at}.${row}`;
      return `${mac(keys[0], said)}.${said}`;
    },
    open(signed, now) {
      const dot = signed.indexOf('.');
      const [given, said] = [signed.slice(0, dot), signed.slice(dot + 1)];
      if (!keys.some((key) => same(mac(key, said), given))) return undefined;
      const [, at = '', row] = /^(\d{1,16})\.(.*)$/s.exec(said) ?? [];
      return Math.abs(now - Number(at)) <= MAX_AGE_MS ? row : undefined;
    },
  };
}

/** PARLOR_REGISTRY_KEY, or the key derived from PARLOR_KEY; an edge needs only the former. */
export async function sealOf({ registryKey, key, keyFile }: Pick<Config, 'registryKey' | 'key' | 'keyFile'>) {
  if (registryKey) return registrySeal([registryKey]);
  const keys = key ? [key] : ((await readKeyFile(keyFile)) ?? []).map((one) => one.export());
  if (keys.length === 0) throw new Error(`There is no key in ${keyFile}: set PARLOR_REGISTRY_KEY.`);
  return registrySeal(keys.map((one) => createHmac('sha256', one).update('parlor registry').digest()));
}
