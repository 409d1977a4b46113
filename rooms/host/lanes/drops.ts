/** What was dropped of the lanes that answer nothing: counted by reason, and said once to the connection it came by. */
import type { Connection } from '#rooms/host/connections.ts';
import type { Meter } from '#rooms/ports.ts';
import { type Drop, type Dropped, type Lane, NOTICE } from '#schema/protocol.ts';

export class Drops {
  readonly #meter: Pick<Meter, 'dropped'>;
  readonly #said = new WeakMap<Connection, Set<string>>();

  constructor(meter: Pick<Meter, 'dropped'>) {
    this.#meter = meter;
  }

  drop(connection: Connection, lane: Lane, reason: Drop): void {
    this.#meter.dropped(lane, reason);
    const said = this.#said.get(connection) ?? new Set();
    this.#said.set(connection, said);
    if (said.has(`${lane} ${reason}`)) return;
    said.add(`${lane} ${reason}`);
    const notice: Dropped = { lane, reason };
    connection.client.send(NOTICE.dropped, notice);
  }
}
