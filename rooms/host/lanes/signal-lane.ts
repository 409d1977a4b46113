/**
 * Signals of one room: relayed to the other connections, or to those in one seat, and kept nowhere. Neither the machine
 * nor the log hears of them, so nothing that is hidden can be in one but what its sender knew.
 */
import { type Client, ClientState, Protocol } from '@colyseus/core';
import type { WebSocket } from 'ws';
import type { Connection, Connections } from '#rooms/host/connections.ts';
import { sendFrame, serverFrame } from '#rooms/host/frames.ts';
import type { Drops } from '#rooms/host/lanes/drops.ts';
import { LanePermission } from '#rooms/host/lanes/permission.ts';
import { Quota } from '#rooms/host/quota.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import type { SignalLane as Declared } from '#rooms/kernel/machine.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Authorize } from '#rooms/ports.ts';
import { EVERYONE, encodeSignal, readSignal, SIGNAL_HEAD } from '#schema/lanes.ts';
import { type Drop, LANE } from '#schema/protocol.ts';

export type SignalLaneOptions = {
  room: string;
  replica: Replica;
  sequencer: Pick<Sequencer, 'paused' | 'stopped'>;
  connections: Connections;
  authorize: Authorize;
  now: () => number;
  drops: Drops;
};

const HEAD = [Protocol.ROOM_DATA_BYTES, 0xa0 | LANE.signal.length, ...Buffer.from(LANE.signal, 'latin1')];

export class SignalLane {
  readonly #o: SignalLaneOptions;
  readonly #permission: LanePermission;
  readonly #quotas = new WeakMap<Connection, Quota>();

  constructor(options: SignalLaneOptions) {
    const { machine } = options.replica;
    this.#o = options;
    this.#permission = new LanePermission(options.authorize, machine.signals?.access ?? machine.access, options.room);
  }

  /** What came by this socket. */
  take(client: Client, frame: Uint8Array): void {
    const { connections, replica, drops } = this.#o;
    const connection = connections.of(client);
    if (!connection) return;
    const { signals } = replica.machine;
    const dropped = signals ? this.#relay(connection, frame, signals) : 'no-lane';
    if (dropped) drops.drop(connection, LANE.signal, dropped);
  }

  #relay(from: Connection, frame: Uint8Array, { bytes, perSecond }: Declared): Drop | undefined {
    const { sequencer, connections, now } = this.#o;
    const may = this.#permission.has(from);
    if (may === undefined) return 'not-resumed';
    const quota = this.#quotas.get(from) ?? new Quota(perSecond, 1_000);
    this.#quotas.set(from, quota);
    if (quota.take(now()) > 0) return 'rate';
    if (!may) return 'forbidden';
    if (frame.length > SIGNAL_HEAD + bytes) return 'oversized';
    const signal = readSignal(frame);
    if (!signal) return 'malformed';
    if (sequencer.paused || sequencer.stopped) return 'paused';
    const message = Buffer.from([...HEAD, ...encodeSignal(from.seat, signal.bytes)]);
    const framed = serverFrame(message);
    for (const { client, seat } of connections.all()) {
      if (client === from.client || client.state !== ClientState.JOINED) continue;
      if (signal.seat === EVERYONE || signal.seat === seat)
        sendFrame(client.ref as unknown as WebSocket, framed, message);
    }
    return undefined;
  }
}
