import { Worker } from 'node:worker_threads';
import type { Asked, Told } from './relay.ts';

export type Relay = {
  port: number;
  /** Connections break, and new ones are refused. */
  cut(): void;
  /** Connections stay, and nothing comes through. */
  mute(): void;
  /** What was held back comes through now. */
  heal(): void;
  close(): void;
};

export class Relays {
  readonly #worker = new Worker(new URL('./relay.ts', import.meta.url));
  readonly #opening = new Map<number, (port: number) => void>();
  #next = 0;

  constructor() {
    this.#worker.on('message', ({ relay, port }: Told) => this.#opening.get(relay)?.(port));
  }

  /** In front of what listens on a port of this machine. */
  async open(target: number): Promise<Relay> {
    const id = this.#next++;
    const tell = (state: Asked['state']) => this.#worker.postMessage({ relay: id, port: target, state });
    const port = await new Promise<number>((resolve) => {
      this.#opening.set(id, resolve);
      tell('open');
    });
    return {
      port,
      cut: () => tell('cut'),
      mute: () => tell('mute'),
      heal: () => tell('open'),
      close: () => tell('closed'),
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
