/** The lanes into one room beside commands, and what goes out ahead of a patch. */
import { type Client, Protocol } from '@colyseus/core';
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import { Drops } from '#rooms/host/lanes/drops.ts';
import { InputLane } from '#rooms/host/lanes/input-lane.ts';
import { SignalLane } from '#rooms/host/lanes/signal-lane.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { LANE, NOTICE } from '#schema/protocol.ts';

/** Messages a second of one connection, beyond which it ends: all that its lanes allow is below. */
export function mostMessages(commands: number, { inputs, signals }: AnyMachine): number {
  return commands + (inputs?.perSecond ?? 0) + (signals?.perSecond ?? 0);
}

export type Lanes = {
  inputs: InputLane;
  /** A message for this client alone, before the next patch. */
  ahead(client: Client): Uint8Array | undefined;
};

const ACK_HEAD = [Protocol.ROOM_DATA_BYTES, 0xa0 | NOTICE.ack.length, ...Buffer.from(NOTICE.ack, 'latin1')];

export function openLanes(room: DurableRoom, ports: RoomPorts): Lanes {
  const { roomId, replica, sequencer, connections } = room;
  const { authorize, now, meter } = ports;
  const drops = new Drops(meter);
  const given = { room: roomId, replica, sequencer, connections, authorize, now, drops };
  const inputs = new InputLane(given);
  const signals = new SignalLane(given);
  room.onMessageBytes(LANE.input, (client: Client, frame: Uint8Array) => inputs.take(client, frame));
  room.onMessageBytes(LANE.signal, (client: Client, frame: Uint8Array) => signals.take(client, frame));
  return {
    inputs,
    ahead(client) {
      const ack = inputs.acknowledge(client);
      return ack && Buffer.from([...ACK_HEAD, ...ack]);
    },
  };
}
