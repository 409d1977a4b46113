/** Colyseus counts the clients that join a room, not those whose seat came back from the journal. */
import type { EventEmitter } from 'node:events';
import { type Client, type IRoomCache, matchMaker, type Room } from '@colyseus/core';

/** Privates of the library's room; a contract test holds them. */
type Counted = { _events: EventEmitter; _listing: IRoomCache };

export async function countReturned(room: Room, client: Client): Promise<void> {
  const { _events, _listing } = room as unknown as Counted;
  _events.emit('join', client);
  await matchMaker.driver.update(_listing, { $inc: { clients: 1 } });
}
