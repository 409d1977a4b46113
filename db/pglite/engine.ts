import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { lockDirectory } from '#db/pglite/lock.ts';
import { Wire } from '#db/pglite/wire.ts';

/** A PGlite in a thread of its own. `wire()` is what `pg` connects through. */
export type Engine = {
  wire(): Wire;
  /** Copies its files, as of now, into a directory that is not there yet. Queries wait meanwhile. */
  copy(directory: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Without a directory it lives in memory.
 *
 * @throws DirectoryInUse when another process has the directory; an Error with a sentence when it is damaged.
 */
export async function openEngine(directory: string | undefined): Promise<Engine> {
  const unlock = directory === undefined ? () => {} : lockDirectory(resolve(directory));
  const cluster = directory === undefined ? undefined : join(resolve(directory), 'cluster');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { directory: cluster } });
  // Not `once`: it would reject when the worker fails.
  const exited = new Promise((done) => worker.once('exit', done));
  try {
    await once(worker, 'message');
  } catch (cause) {
    await exited;
    unlock();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The database in ${directory ?? 'memory'} cannot be opened: ${reason}. It was left as it is.`;
    throw Object.assign(new Error(message, { cause }), { name: 'DatabaseError' });
  }

  let failure: Error | undefined;
  const wires = new Set<Wire>();
  worker.on('error', (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
    for (const wire of wires) wire.destroy(failure);
  });

  return {
    wire() {
      const wire = new Wire(worker);
      wires.add(wire);
      wire.once('close', () => wires.delete(wire));
      if (failure) wire.destroy(new Error(`The embedded database stopped: ${failure.message}`));
      return wire;
    },
    async copy(to) {
      worker.postMessage({ copy: resolve(to) });
      const [{ problem }] = (await once(worker, 'message')) as [{ problem?: string }];
      if (problem !== undefined) throw new Error(`the database cannot be copied: ${problem}`);
    },
    async close() {
      worker.postMessage('close');
      await exited;
      unlock();
    },
  };
}
