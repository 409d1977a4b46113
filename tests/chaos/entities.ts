/** Whether what a client sees stays the same things while it is away, or is taken away and put there anew. */
import type { Room } from '@colyseus/sdk';
import type { Connection } from '#client/net/connection.ts';

const COLLECTIONS = ['players', 'hands', 'notes', 'members', 'messages', 'seats'] as const;
type Shown = Partial<Record<(typeof COLLECTIONS)[number], { entries(): Iterable<[unknown, unknown]> }>>;
type Watched = Connection<unknown> & { readonly room: Room | undefined };

export class Entities {
  /** Things that were there before and after, and are not the same. */
  readded = 0;
  /** How often the client came back to the seat that it had. */
  resumed = 0;
  /** How often it had to come in by the front door. */
  rejoined = 0;
  #before: { room: Room | undefined; things: Map<string, object> } | undefined;

  constructor(connection: Watched) {
    connection.subscribe(() => this.#look(connection));
  }

  #look({ status, room, state }: Watched): void {
    if (status === 'reconnecting') this.#before ??= { room, things: thingsIn(state) };
    if (status !== 'resumed' || !this.#before) return;
    const { things } = this.#before;
    if (this.#before.room === room) {
      this.resumed++;
      for (const [name, thing] of thingsIn(state)) {
        const before = things.get(name);
        if (before !== undefined && before !== thing) this.readded++;
      }
    } else this.rejoined++;
    this.#before = undefined;
  }
}

/** By where it is; only what is an object can be told from another like it. */
function thingsIn(state: unknown): Map<string, object> {
  const found = new Map<string, object>();
  for (const name of COLLECTIONS) {
    for (const [key, thing] of (state as Shown | undefined)?.[name]?.entries() ?? []) {
      if (typeof thing === 'object' && thing !== null) found.set(`${name} ${key}`, thing);
    }
  }
  return found;
}
