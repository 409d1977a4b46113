/**
 * Delta debugging: the fewest items with which something still fails, in the sense that taking away any one
 * more mends it. `fails` is asked O(n log n) times as a rule, O(n²) at worst. Source: Zeller and Hildebrandt,
 * "Simplifying and isolating failure-inducing input" (2002).
 */
export function ddmin<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): readonly T[] {
  let left = items;
  let parts = 2;
  while (left.length > 0) {
    const size = Math.ceil(left.length / parts);
    const smaller = firstThatFails(left, size, fails);
    if (smaller) {
      left = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, left.length);
  }
  return left;
}

/** Everything but one piece of `size`, the first such that still fails. */
function firstThatFails<T>(
  items: readonly T[],
  size: number,
  fails: (items: readonly T[]) => boolean,
): readonly T[] | undefined {
  for (let at = 0; at < items.length; at += size) {
    const rest = [...items.slice(0, at), ...items.slice(at + size)];
    if (fails(rest)) return rest;
  }
  return undefined;
}
