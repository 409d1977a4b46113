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

type Running = { worker: Worker; exited: Promise<unknown> };

/** One that stopped is opened again after this long, and again. */
const AGAIN_MS = 1_000;

/**
 * Without a directory it lives in memory.
 *
 * @throws DirectoryInUse when another process has the directory; an Error with a sentence when it is damaged.
 */
export async function openEngine(directory: string | undefined): Promise<Engine> {
  const unlock = directory === undefined ? () => {} : lockDirectory(resolve(directory));
  const cluster = directory === undefined ? undefined : join(resolve(directory), 'cluster');
  /** Until it answers; rejects with what ended it before. */
  async function begin(): Promise<Running> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { directory: cluster } });
    // Not `once`: it would reject when the worker fails.
    const exited = new Promise((done) => worker.once('exit', done));
    await once(worker, 'message').catch(async (cause) => {
      await exited;
      throw cause;
    });
    worker.on('error', (error: unknown) => stopped(error instanceof Error ? error : new Error(String(error))));
    return { worker, exited };
  }

  /** It panics when it cannot write its own log, as on a full disk; opened again it has all that was acknowledged. */
  function stopped(error: Error): void {
    failure = error;
    for (const wire of wires) wire.destroy(stop(error));
    if (cluster !== undefined) again = setTimeout(reopen, AGAIN_MS).unref();
  }

  function reopen(): void {
    reopening = begin().then((next) => {
      running = next;
      failure = undefined;
    }, stopped);
  }

  const wires = new Set<Wire>();
  let failure: Error | undefined;
  let again: NodeJS.Timeout | undefined;
  let reopening: Promise<void> | undefined;
  let running: Running;
  try {
    running = await begin();
  } catch (cause) {
    unlock();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The database in ${directory ?? 'memory'} cannot be opened: ${reason}. It was left as it is.`;
    throw Object.assign(new Error(message, { cause }), { name: 'DatabaseError' });
  }

  return {
    wire() {
      const wire = new Wire(running.worker);
      wires.add(wire);
      wire.once('close', () => wires.delete(wire));
      if (failure) wire.destroy(stop(failure));
      return wire;
    },
    async copy(to) {
      running.worker.postMessage({ copy: resolve(to) });
      const [{ problem }] = (await once(running.worker, 'message')) as [{ problem?: string }];
      if (problem !== undefined) throw new Error(`the database cannot be copied: ${problem}`);
    },
    async close() {
      await reopening;
      clearTimeout(again);
      running.worker.postMessage('close');
      await running.exited;
      unlock();
    },
  };
}

const stop = ({ message }: Error) => new Error(`The embedded database stopped: ${message}`);
