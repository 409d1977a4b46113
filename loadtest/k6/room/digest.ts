/** A decoded state as text, the same wherever it was decoded: maps by key, for who was away has them in another order. */
export function canonical(state: { toJSON(): unknown }): string {
  return JSON.stringify(state.toJSON(), inKeyOrder);
}

function inKeyOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) sorted[key] = (value as Record<string, unknown>)[key];
  return sorted;
}
