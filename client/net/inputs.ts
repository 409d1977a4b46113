/**
 * Inputs of one connection: sent at once or not at all, and never again. What a lost socket took with it is over: it
 * counts as acknowledged, so that nobody predicts with it.
 */
import type { Room } from '@colyseus/sdk';
import { type Ack, encodeInput, readAck } from '#schema/lanes.ts';
import { LANE } from '#schema/protocol.ts';

export class Inputs {
  #sent = 0;
  /** The last input that the room is done with, and the step after which it is. */
  acked: Ack = { n: 0, tick: 0 };

  /** Its number, or 0 when there is no socket to send it by. */
  send(room: Room | undefined, bytes: Uint8Array): number {
    if (!room?.connection.isOpen) return 0;
    room.sendBytes(LANE.input, encodeInput(++this.#sent, bytes));
    return this.#sent;
  }

  acknowledged(bytes: Uint8Array): void {
    this.acked = readAck(bytes) ?? this.acked;
  }

  dropped(): void {
    this.acked = { ...this.acked, n: this.#sent };
  }
}
