/**
 * Work that no caller awaits. Rejecting is a fault of the task: it becomes an uncaught error, which `guard.js`, the
 * console and tests hear of, and costs nothing else.
 */
export function inBackground(work: Promise<unknown> | undefined): void {
  work?.catch((error: unknown) => {
    queueMicrotask(() => {
      throw error;
    });
  });
}
