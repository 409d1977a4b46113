/** What an engine does with an image, as far as a process can have it without one: user, environment, read-only files. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Image } from '#scripts/image/assemble.ts';

export type Order = {
  image: Image;
  /** Folder with the base image's `node`. */
  path: string;
  /** As after the image's name in `docker run`. */
  words?: readonly string[];
  env: Record<string, string>;
};

export class Container {
  readonly origin: string;
  readonly exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  readonly #order: Order;
  readonly #child: ChildProcess;
  #output = '';

  constructor(order: Order) {
    this.#order = order;
    this.origin = `http://127.0.0.1:${order.env.PORT}`;
    const [program = '', ...args] = [...order.image.stage.entrypoint, ...(order.words ?? [])];
    this.#child = spawn(program, args, { ...this.#place, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.exited = once(this.#child, 'close') as typeof this.exited;
  }

  /** Everything it wrote, both streams. */
  get output(): string {
    return this.#output;
  }

  /** Files outside its volumes are not its own, and Node refuses to write there besides, in temporary folders too. */
  get #place() {
    const { image, path, env } = this.#order;
    const { stage, directory } = image;
    const workdir = join(directory, stage.workdir);
    const volumes = stage.volumes.map((volume) => `--allow-fs-write=${join(directory, volume)}`);
    const readOnly = ['--permission', '--allow-fs-read=*', ...volumes, '--allow-worker', '--allow-addons'].join(' ');
    const user = process.getuid?.() === 0 ? { uid: numbers(stage.user)[0], gid: numbers(stage.user)[1] } : {};
    return { cwd: workdir, env: { ...stage.env, PATH: path, NODE_OPTIONS: readOnly, ...env }, ...user };
  }

  /** Resolves once it answers there with 200; throws what it wrote when it ends before. */
  async answers(path: string): Promise<void> {
    let over = false;
    void this.exited.then(() => {
      over = true;
    });
    const asked = () =>
      fetch(this.origin + path, { signal: AbortSignal.timeout(2_000) }).then(
        ({ status }) => status === 200,
        () => false,
      );
    await vi.waitUntil(async () => over || (await asked()), { timeout: 60_000, interval: 50 });
    if (over) throw new Error(`It ended before ${path} answered\n${this.#output}`);
  }

  /** The exit code of the image's HEALTHCHECK. */
  health(env: Record<string, string> = {}): number | null {
    const [program = '', ...args] = this.#order.image.stage.healthcheck;
    const { env: own, ...place } = this.#place;
    return spawnSync(program, args, { ...place, env: { ...own, ...env }, stdio: 'ignore' }).status;
  }

  /** As `docker stop` does; the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill(this.#order.image.stage.stopSignal as NodeJS.Signals);
    return (await this.exited)[0];
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const numbers = (user = '') => user.split(':').map(Number);
