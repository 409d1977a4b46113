/** What a client sees, as one word: the same state in the same view has the same one. */
import { hash } from 'node:crypto';

type Shown = { toJSON(): unknown };

/** Maps by key: a client that was away has them in another order than one that stayed. */
function inKeyOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function viewOf(state: unknown): string {
  return hash('sha1', plain((state as Shown).toJSON()));
}

/** Equal for equal values, whatever the order of their keys. */
export function plain(value: unknown): string {
  return JSON.stringify(value ?? null, inKeyOrder);
}
