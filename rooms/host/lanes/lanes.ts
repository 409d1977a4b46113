/** The lanes into one room beside commands, and what goes out ahead of a patch. */
import { type Client, Protocol } from '@colyseus/core';
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import { Drops } from '#rooms/host/lanes/drops.ts';
import { InputLane } from '#rooms/host/lanes/input-lane.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { LANE, NOTICE } from '#schema/protocol.ts';

export type Lanes = {
  inputs: InputLane;
  /** A message for this client alone, before the next patch. */
  ahead(client: Client): Uint8Array | undefined;
};

const ACK_HEAD = [Protocol.ROOM_DATA_BYTES, 0xa0 | NOTICE.ack.length, ...Buffer.from(NOTICE.ack, 'latin1')];

export function openLanes(room: DurableRoom, ports: RoomPorts): Lanes {
  const { roomId, replica, sequencer, connections } = room;
  const { authorize, now, meter } = ports;
  const inputs = new InputLane({
    room: roomId,
    replica,
    sequencer,
    connections,
    authorize,
    now,
    drops: new Drops(meter),
  });
  room.onMessageBytes(LANE.input, (client: Client, frame: Uint8Array) => inputs.take(client, frame));
  return {
    inputs,
    ahead(client) {
      const ack = inputs.acknowledge(client);
      return ack && Buffer.from([...ACK_HEAD, ...ack]);
    },
  };
}
