/**
 * The rooms that this process hosts now. The directory fills it; leases, listings and metrics read it, and are told
 * when a room changes in a way that listings show. It knows none of them, so it is made before all of them.
 */
import type { DurableRoom } from '#rooms/DurableRoom.ts';

export class HostedRooms extends Map<string, DurableRoom> {
  readonly #listeners = new Set<(room: string) => void>();

  /** Answers how to stop. */
  onChange(listener: (room: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  override set(room: string, loaded: DurableRoom): this {
    super.set(room, loaded);
    this.changed(room);
    return this;
  }

  override delete(room: string): boolean {
    const had = super.delete(room);
    if (had) this.changed(room);
    return had;
  }

  changed(room: string): void {
    for (const listener of this.#listeners) listener(room);
  }
}
