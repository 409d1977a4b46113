/**
 * A server process that a test started, and that died of an error without a handler, fails the run, whatever the
 * test itself looks at: vitest reports what is thrown in an event.
 */
import type { ChildProcess } from 'node:child_process';

/** Node ends the report of an uncaught error with its version. */
const CRASHED = /^Node\.js v\d+/m;
const KEPT = 20_000;

/** What an uncaught error said; undefined for every other end. */
export function crashIn(output: string): string | undefined {
  const at = output.search(CRASHED);
  return at < 0 ? undefined : output.slice(Math.max(0, at - 2_000), at).trim();
}

/** Call it right after the spawn, with `stderr` piped. */
export function watchForCrash(child: ChildProcess): void {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer | string) => {
    output = (output + chunk).slice(-KEPT);
  });
  child.once('close', () => {
    const crash = crashIn(output);
    if (crash === undefined) return;
    throw new Error(`A server process that a test started died of an error without a handler:\n${crash}`);
  });
}
