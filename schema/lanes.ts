/**
 * The byte formats of the lanes beside commands. An input is a number, counted by the client from the opening of its
 * socket, and the machine's bytes; an acknowledgement is the number of the last input that the room has finished with,
 * and the tick of that step. A signal is a seat and the payload. Numbers are little-endian.
 */

/** Length of an input's head, and of an acknowledgement, in bytes. */
export const INPUT_HEAD = 4;
const ACK_BYTES = 8;

export type NumberedInput = { n: number; bytes: Uint8Array };
export type Ack = { n: number; tick: number };

export function encodeInput(n: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(INPUT_HEAD + bytes.length);
  new DataView(frame.buffer).setUint32(0, n, true);
  frame.set(bytes, INPUT_HEAD);
  return frame;
}

/** The bytes are a copy. Undefined if the frame is shorter than the head. */
export function readInput(frame: Uint8Array): NumberedInput | undefined {
  if (frame.length < INPUT_HEAD) return undefined;
  const n = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  return { n, bytes: Uint8Array.from(frame.subarray(INPUT_HEAD)) };
}

export function encodeAck({ n, tick }: Ack): Uint8Array {
  const ack = new Uint8Array(ACK_BYTES);
  const view = new DataView(ack.buffer);
  view.setUint32(0, n, true);
  view.setUint32(4, tick, true);
  return ack;
}

/** Undefined for a wrong length. */
export function readAck(bytes: Uint8Array): Ack | undefined {
  if (bytes.length !== ACK_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { n: view.getUint32(0, true), tick: view.getUint32(4, true) };
}

/** Length of a signal's head, in bytes: the receiving seat, or the sending one. */
export const SIGNAL_HEAD = 2;
/** In place of a seat: all other connections of the room. */
export const EVERYONE = 0xffff;

/** `seat`: the receiver in a message to the room, the sender in a message from it. */
export type Signal = { seat: number; bytes: Uint8Array };

export function encodeSignal(seat: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(SIGNAL_HEAD + bytes.length);
  new DataView(frame.buffer).setUint16(0, seat, true);
  frame.set(bytes, SIGNAL_HEAD);
  return frame;
}

/** The bytes are a copy. Undefined if the frame is shorter than the head. */
export function readSignal(frame: Uint8Array): Signal | undefined {
  if (frame.length < SIGNAL_HEAD) return undefined;
  const seat = new DataView(frame.buffer, frame.byteOffset).getUint16(0, true);
  return { seat, bytes: Uint8Array.from(frame.subarray(SIGNAL_HEAD)) };
}
