/** Replays logs in a process of its own, where nothing of this one's memory is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { textOf } from '#rooms/kernel/codec.ts';
import type { Batch, Genesis } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Replica } from '#rooms/kernel/replica.ts';

/** `module` exports the machine that the genesis names, alone or in a list. */
export type Job = { module: string; genesis: Genesis; log: Batch[] };

/** All by which two runs of a room can differ. */
export type Trace = { hash: string; refIds: number[]; nextRefId: number };

export function replay(machine: AnyMachine, genesis: Genesis, log: readonly Batch[]): Replica {
  const replica = Replica.genesis(machine, genesis);
  for (const batch of log) replica.apply(batch);
  return replica;
}

export function traceOf(replica: Replica): Trace {
  const { nextUniqueId } = replica.encoder.root as unknown as { nextUniqueId: number };
  return { hash: replica.hash(), refIds: replica.refIds(), nextRefId: nextUniqueId };
}

/** `readline` ends lines at U+2028 and U+2029 too, which JSON leaves as they are. */
function inOneLine(text: string): string {
  return text.replace(/[\u2028\u2029]/g, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'));
}

export class OtherProcess implements Disposable {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #waiting: { answer(line: string): void; fail(error: Error): void }[] = [];
  #gone = false;

  constructor() {
    const script = new URL('./replay-process.ts', import.meta.url).pathname;
    this.#child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    this.#lines.on('line', (line) => this.#waiting.shift()?.answer(line));
    this.#child.on('exit', () => {
      this.#gone = true;
      for (const { fail } of this.#waiting.splice(0)) fail(new Error('the other process ended'));
    });
    this.#child.stdin?.on('error', () => {}); // its exit says so
  }

  async replay(job: Job): Promise<Trace> {
    if (this.#gone) throw new Error('the other process is gone');
    const line = await new Promise<string>((answer, fail) => {
      this.#waiting.push({ answer, fail });
      this.#child.stdin?.write(`${inOneLine(textOf(job))}\n`);
    });
    return JSON.parse(line) as Trace;
  }

  [Symbol.dispose](): void {
    this.#child.kill();
  }
}
