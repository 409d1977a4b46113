/** What this process holds open: timers, sockets, listeners, workers, and files of its own. */
import { createHook } from 'node:async_hooks';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const KINDS = /^(Timeout|TCP.*WRAP|PIPE.*WRAP|TLSWRAP|UDPWRAP|PROCESSWRAP|WORKER|MESSAGEPORT|FSEVENTWRAP|FSREQ.*)$/;
/** Beyond what a library lets run out by itself. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 20;

export type Held = {
  /** Waits until nothing is left of what came since; answers what stays, with where it came from. */
  left(): Promise<string[]>;
};

/** From now on. */
export function hold(): Held {
  const open = new Map<number, string>();
  let own = false;
  const hook = createHook({
    init(id, kind) {
      if (!own && KINDS.test(kind)) open.set(id, `${kind}${new Error().stack?.split('\n').slice(2).join('\n')}`);
    },
    destroy: (id) => void open.delete(id),
  }).enable();
  const files = filesOpen();
  const more = () => [...open.values(), ...filesOpen().filter((file) => !files.includes(file))];
  return {
    async left() {
      own = true;
      for (const until = performance.now() + PATIENCE_MS; more().length > 0 && performance.now() < until; ) {
        globalThis.gc?.();
        await pause(LOOK_MS);
      }
      hook.disable();
      return more();
    },
  };
}

/** By name; sockets and pipes are told of by their kind above. */
function filesOpen(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`);
      return file.startsWith('/proc/') || !file.startsWith('/') ? [] : [file];
    } catch {
      return []; // the one by which they are listed
    }
  });
}
