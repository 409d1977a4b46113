/** How long to wait for somebody else, while this process may be what is late. */

const SLICE_MS = 50;

/**
 * Rejects when nothing came for `ms` during which it would have been heard. A loop that stood still, or a process
 * that was frozen, would otherwise take answers that lie there unread for answers that never came, and ask again
 * for everything at the moment at which it can least afford to.
 */
export function inTime<T>(asked: Promise<T>, ms: number): Promise<T> {
  let left = Math.ceil(ms / SLICE_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // Between two of these the loop has read what there was.
    timer = setInterval(() => {
      if (--left <= 0) reject(new Error('no answer in time'));
    }, SLICE_MS);
  });
  return Promise.race([asked, late]).finally(() => clearInterval(timer));
}
