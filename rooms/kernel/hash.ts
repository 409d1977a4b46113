/**
 * XXH64 (https://xxhash.com), keyed by a seed. For telling apart, not for keeping secrets: the key only keeps
 * short texts from being guessed by those who see a fingerprint and not the seed.
 */
import xxhash from 'xxhash-wasm';

// biome-ignore lint/plugin: once, when the module is loaded; before there is any command
const { h64ToString } = await xxhash();

/** 16 hex digits. */
export function fingerprint(text: string, key = 0n): string {
  return h64ToString(text, key);
}
