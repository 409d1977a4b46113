/** Rooms that the library is about to open: what was prepared for each, until its room class asks for it. */
import { matchMaker } from '@colyseus/core';
import type { Opening } from '#rooms/host/opening.ts';
import { JournalError } from '#rooms/ports.ts';

export class Openings {
  readonly #prepared = new Map<string, Opening>();

  /** @throws JournalError `fenced` when another process has opened the room meanwhile; whatever its room class throws. */
  async open(machine: string, room: string, opening: Opening): Promise<void> {
    this.#prepared.set(room, opening);
    try {
      await matchMaker.handleCreateRoom(machine, {}, undefined, room);
    } finally {
      this.#prepared.delete(room);
    }
    // The library discards a room whose listing belongs to a higher epoch, and says nothing.
    if (!matchMaker.getLocalRoomById(room)) throw new JournalError('fenced', 'Another process opened the room.');
  }

  take(room: string): Opening {
    const opening = this.#prepared.get(room);
    if (!opening) throw new Error(`nothing was prepared for room ${room}`);
    return opening;
  }
}
