/**
 * Inputs of one room: they wait for the step that takes them, and are in the log with it. Nothing is answered but by
 * the acknowledgement ahead of that step's patch. What waits belongs to a connection, and goes with it.
 */
import type { Client } from '@colyseus/core';
import type { Connection, Connections } from '#rooms/host/connections.ts';
import type { Drops } from '#rooms/host/lanes/drops.ts';
import { LanePermission } from '#rooms/host/lanes/permission.ts';
import { Quota } from '#rooms/host/quota.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import type { Input, LogCommand } from '#rooms/kernel/log.ts';
import type { InputLane as Declared } from '#rooms/kernel/machine.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Authorize } from '#rooms/ports.ts';
import { encodeAck, INPUT_HEAD, type NumberedInput, readInput } from '#schema/lanes.ts';
import { type Drop, LANE } from '#schema/protocol.ts';

/** How deep an ordered queue may be. */
const MOST_WAITING_MS = 250;

/** Of one connection: what waits, the newest number that came, and that a batch took; the one acknowledged. */
type Inbox = { waiting: NumberedInput[]; came: number; taken: number; acked: number; quota: Quota };

export type InputLaneOptions = {
  room: string;
  replica: Replica;
  sequencer: Pick<Sequencer, 'paused' | 'stopped'>;
  connections: Connections;
  authorize: Authorize;
  now: () => number;
  drops: Drops;
};

export class InputLane {
  readonly #o: InputLaneOptions;
  readonly #declared: Declared | undefined;
  readonly #permission: LanePermission;
  readonly #deepest: number;
  readonly #inboxes = new WeakMap<Connection, Inbox>();
  /** Those of whom something waits, or is to be acknowledged: a room in which nothing moves asks no others. */
  readonly #busy = new Set<Connection>();

  constructor(options: InputLaneOptions) {
    const { machine } = options.replica;
    this.#o = options;
    this.#declared = machine.inputs;
    this.#deepest = Math.max(1, Math.ceil(((machine.rate ?? 0) * MOST_WAITING_MS) / 1_000));
    this.#permission = new LanePermission(options.authorize, machine.inputs?.access ?? machine.access, options.room);
  }

  /** What came by this socket. */
  take(client: Client, frame: Uint8Array): void {
    const connection = this.#o.connections.of(client);
    if (!connection) return;
    const dropped = this.#declared ? this.#queue(connection, frame, this.#declared) : 'no-lane';
    if (dropped) this.#o.drops.drop(connection, LANE.input, dropped);
  }

  #queue(connection: Connection, frame: Uint8Array, { bytes, order, perSecond }: Declared): Drop | undefined {
    const { sequencer, replica, now } = this.#o;
    const may = this.#permission.has(connection);
    if (may === undefined) return 'not-resumed';
    const inbox = this.#inboxOf(connection, perSecond);
    if (inbox.quota.take(now()) > 0) return 'rate';
    if (!may) return 'forbidden';
    if (frame.length > INPUT_HEAD + bytes) return 'oversized';
    const input = readInput(frame);
    if (!input || input.n <= inbox.came) return 'malformed';
    if (sequencer.paused || sequencer.stopped) return 'paused';
    if (!replica.hooks.ticks()) return 'resting';
    inbox.came = input.n;
    this.#busy.add(connection);
    if (order === 'latest') inbox.waiting = [input];
    else inbox.waiting.push(input);
    if (inbox.waiting.length <= this.#deepest) return undefined;
    inbox.waiting.shift();
    return 'overflow';
  }

  #inboxOf(connection: Connection, perSecond: number): Inbox {
    const known = this.#inboxes.get(connection);
    if (known) return known;
    const inbox = { waiting: [], came: 0, taken: 0, acked: 0, quota: new Quota(perSecond, 1_000) };
    this.#inboxes.set(connection, inbox);
    return inbox;
  }

  /** The next `count` steps for the log, each with the inputs that it takes. */
  steps(count: number): LogCommand[] {
    const commands: LogCommand[] = [];
    let idle = 0;
    const rest = () => {
      if (idle > 0) commands.push(idle === 1 ? { k: 'tick' } : { k: 'tick', n: idle });
      idle = 0;
    };
    for (let step = 0; step < count; step++) {
      const inputs = this.#next();
      if (inputs.length === 0) idle++;
      else {
        rest();
        commands.push({ k: 'tick', inputs });
      }
    }
    rest();
    return commands;
  }

  /** At most one of each seat, by seat. */
  #next(): Input[] {
    const inputs: Input[] = [];
    for (const connection of this.#busy) {
      const inbox = this.#inboxes.get(connection);
      const input = this.#isSeated(connection) ? inbox?.waiting.shift() : undefined;
      if (!inbox || !input) continue;
      inbox.taken = input.n;
      inputs.push([connection.seat, input.bytes]);
    }
    return inputs.sort(([a], [b]) => a - b);
  }

  /** A seat may be another player's by the time of the step: only an open connection names one for sure. */
  #isSeated(connection: Connection): boolean {
    const { client, seat, generation } = connection;
    const { connections, replica } = this.#o;
    return connections.of(client) === connection && replica.seats.named(seat, generation) !== undefined;
  }

  /** How far the room has got with this client's inputs, if that is more than it was told. */
  acknowledge(client: Client): Uint8Array | undefined {
    const connection = this.#busy.size > 0 ? this.#o.connections.of(client) : undefined;
    const inbox = connection && this.#inboxes.get(connection);
    if (!inbox || inbox.taken === inbox.acked) return undefined;
    inbox.acked = inbox.taken;
    return encodeAck({ n: inbox.taken, tick: this.#o.replica.tick });
  }

  /** After a patch: forgets those of whom nothing waits. */
  shown(): void {
    for (const connection of this.#busy) {
      const { waiting, taken, acked } = this.#inboxes.get(connection) as Inbox;
      if (!this.#isSeated(connection) || (waiting.length === 0 && taken === acked)) this.#busy.delete(connection);
    }
  }
}
