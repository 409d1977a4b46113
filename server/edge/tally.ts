/** Current counts by key; a count of zero is deleted. */
export type Tally = {
  /** Adds one; returns the new count. */
  enter(key: string): number;
  leave(key: string): void;
};

export function tally(): Tally {
  const counts = new Map<string, number>();
  return {
    enter(key) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count;
    },
    leave(key) {
      const left = (counts.get(key) ?? 1) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    },
  };
}
