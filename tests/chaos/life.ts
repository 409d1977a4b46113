/** One life of a process of the cluster: from its start to its end, as its parent sees it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Role } from '#server/cluster/ports.ts';
import { watchForCrash } from '#tests/setup/crashes.ts';
import { asHere, type Deed, deedsIn } from './deeds.ts';
import type { Orders, Said, Told } from './orders.ts';

const PROGRAM = fileURLToPath(new URL('./process.ts', import.meta.url));
const KEPT_OUTPUT = 60_000;

export type End = { code: number | null; signal: NodeJS.Signals | null; at: number };

export class Life {
  readonly role: Role;
  readonly name: string;
  readonly ended: Promise<End>;
  /** Resolves with its port once it serves; rejects if it ends before. */
  readonly ready: Promise<number>;
  readonly #child: ChildProcess;
  /** The file of its deeds. */
  readonly noted: string;
  #end: End | undefined;
  #output = '';

  constructor(name: string, role: Role, env: Record<string, string>, orders: Orders) {
    this.name = name;
    this.role = role;
    this.noted = orders.deeds;
    this.#child = spawn(process.execPath, [PROGRAM, JSON.stringify(orders)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env.PATH, PARLOR_ROLE: role, ...env },
    });
    watchForCrash(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
      });
    }
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      this.#end = { code, signal, at: performance.now() };
      return this.#end;
    });
    const said = new Promise<number>((resolve) => {
      this.#child.on('message', (message) => resolve((message as Said).ready.port));
    });
    const died = this.ended.then(({ code, signal }): never => {
      throw new Error(`${name} ended with ${code ?? signal} before it was ready\n${this.#output}`);
    });
    this.ready = Promise.race([said, died]);
    this.ready.catch(() => {}); // seen by whoever waits
  }

  /** The end of what it wrote. */
  get output(): string {
    return this.#output;
  }
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Whether it was stopped, as Linux tells. */
  async stands(): Promise<boolean> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    return /^State:\s+T/m.test(status);
  }

  tell(told: Told): void {
    if (this.#child.connected) this.#child.send(told);
  }

  /** What it did to journals, until now. */
  deeds(): Promise<Deed[]> {
    return deedsIn(this.noted);
  }

  /** When it came by the step that it was to die at, ms of this process. */
  async diedAt(): Promise<number | undefined> {
    const died = (await this.deeds()).find((deed) => deed.k === 'died');
    return died?.k === 'died' ? asHere(died.at) : undefined;
  }

  /** Who it is in claims; undefined until it has a part in the cluster. */
  async owner(): Promise<string | undefined> {
    const born = (await this.deeds()).find((deed) => deed.k === 'born');
    return born?.k === 'born' ? born.owner : undefined;
  }
}
