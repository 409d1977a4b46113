/**
 * Delta debugging: the fewest items with which something still fails, in the sense that taking away any one
 * more mends it. `fails` is asked O(n log n) times as a rule, O(n²) at worst. Source: Zeller and Hildebrandt,
 * "Simplifying and isolating failure-inducing input" (2002).
 */
export function ddmin<T>(items: readonly T[], fails: (items: readonly T[]) => boolean): readonly T[] {
  const search = narrowed(items);
  let step = search.next();
  while (!step.done) step = search.next(fails(step.value));
  return step.value;
}

/** The same, where it takes a while to see whether something fails. */
export async function ddminSlowly<T>(
  items: readonly T[],
  fails: (items: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  const search = narrowed(items);
  let step = search.next();
  while (!step.done) step = search.next(await fails(step.value));
  return step.value;
}

type Search<T> = Generator<readonly T[], readonly T[], boolean>;

/** Asks of one list after the other whether it fails, and ends with the shortest that does. */
function* narrowed<T>(items: readonly T[]): Search<T> {
  let left = items;
  let parts = 2;
  while (left.length > 0) {
    const size = Math.ceil(left.length / parts);
    let smaller: readonly T[] | undefined;
    // Everything but one piece.
    for (let at = 0; at < left.length && !smaller; at += size) {
      const rest = [...left.slice(0, at), ...left.slice(at + size)];
      if (yield rest) smaller = rest;
    }
    if (smaller) {
      left = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts = Math.min(parts * 2, left.length);
  }
  return left;
}
