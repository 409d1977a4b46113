/** Keeps what was used last, at most `size`; `make` is called for what is not here. */
export function recently<V>(size: number): (id: string, make: () => V) => V {
  const kept = new Map<string, V>();
  return (id, make) => {
    const value = kept.get(id) ?? make();
    kept.delete(id);
    kept.set(id, value);
    if (kept.size > size) kept.delete(kept.keys().next().value ?? id);
    return value;
  };
}
