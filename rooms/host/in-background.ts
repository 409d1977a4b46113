import type { Log } from '#rooms/ports.ts';

/** Work that no caller awaits. Rejecting is a bug of the task: it is logged by name, and costs nothing else. */
export function inBackground(log: Log, task: string, work: Promise<unknown>): void {
  work.catch(({ name, message }: Error) => {
    log.error({ task, error: name, reason: message }, 'background task failed');
  });
}
