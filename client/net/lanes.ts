/**
 * What a connection sends beside commands: at once or not at all, and never again. Inputs that a lost socket took with
 * it count as acknowledged, so that nothing is predicted with them.
 */
import type { Room } from '@colyseus/sdk';
import { type Ack, EVERYONE, encodeInput, encodeSignal, readAck, readSignal, type Signal } from '#schema/lanes.ts';
import { LANE, NOTICE } from '#schema/protocol.ts';

export type OnSignal = (signal: Signal) => void;

export class Lanes {
  /** The last input that the room is done with, and the step after which it is. */
  acked: Ack = { n: 0, tick: 0 };
  readonly #room: () => Room | undefined;
  readonly #listeners = new Set<OnSignal>();
  #sent = 0;

  /** `room`: the one that takes something now. */
  constructor(room: () => Room | undefined) {
    this.#room = room;
  }

  /** For the next step; answers its number, 0 when there is no socket to send it by. */
  input(bytes: Uint8Array): number {
    return this.#send(LANE.input, encodeInput(this.#sent + 1, bytes)) ? ++this.#sent : 0;
  }

  /** Says something to the others who are there now, or to one seat; false when there is no socket to send it by. */
  signal(bytes: Uint8Array, to = EVERYONE): boolean {
    return this.#send(LANE.signal, encodeSignal(to, bytes));
  }

  /** Calls back on every signal of others. Answers how to stop. */
  onSignal(listener: OnSignal): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  attach(room: Room): void {
    room.onMessage(NOTICE.ack, (bytes: Uint8Array) => {
      this.acked = readAck(bytes) ?? this.acked;
    });
    room.onMessage(LANE.signal, (frame: Uint8Array) => {
      const signal = readSignal(frame);
      if (signal) for (const listener of this.#listeners) listener(signal);
    });
    // For whoever writes a machine; the page has nothing to show of it.
    room.onMessage(NOTICE.dropped, () => {});
  }

  /** The socket is gone. */
  dropped(): void {
    this.acked = { ...this.acked, n: this.#sent };
  }

  /** The library would keep it for the next socket. */
  #send(lane: string, bytes: Uint8Array): boolean {
    const room = this.#room();
    if (!room?.connection.isOpen) return false;
    room.sendBytes(lane, bytes);
    return true;
  }
}
