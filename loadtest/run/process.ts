import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NoTarget } from './target.ts';

const PROGRAM = fileURLToPath(new URL('./parlor.ts', import.meta.url));
const KEPT_CHARS = 20_000;

/** One life of a Parlor under load. */
export class ParlorProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Rejects with what it said when it ended before. */
  readonly ready: Promise<void>;
  #output = '';

  constructor(env: Record<string, string>) {
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as ['ignore', 'pipe', 'pipe', 'ipc'];
    this.#child = spawn(process.execPath, [PROGRAM], { stdio, env: { PATH: process.env.PATH, ...env } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_CHARS);
      });
    }
    this.#ended = once(this.#child, 'exit');
    const died = this.#ended.then((): never => {
      throw new NoTarget(`Parlor ended before it was ready:\n${this.#output}`);
    });
    died.catch(() => {}); // it may end later, when nobody waits
    this.ready = Promise.race([once(this.#child, 'message').then(() => {}), died]);
    this.ready.catch(() => {}); // whoever waits for it is told
  }

  get output(): string {
    return this.#output;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#ended;
  }
}
