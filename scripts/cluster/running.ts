/** One process of a cluster, as a child. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = resolve(import.meta.dirname, '../../server/main.ts');
const OPEN = 'Parlor is open at';

export class Running {
  readonly #child: ChildProcess;
  /** Resolves once it serves. */
  readonly open: Promise<void>;
  /** Code or signal. */
  readonly ended: Promise<string>;

  constructor(env: NodeJS.ProcessEnv, show: (text: string) => void) {
    // A group of its own: Ctrl-C is for the parent, which stops them in order.
    this.#child = spawn(process.execPath, [MAIN], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.open = promise;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (text) => {
        if (text.startsWith(OPEN)) resolve();
        else if (text !== '') show(text);
      });
    }
    this.ended = once(this.#child, 'exit').then(([code, signal]) => String(code ?? signal));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}
