/**
 * The bytes of the lanes beside commands. An input is its number, counted up by the client for as long as a socket
 * lives, and what the machine is to be given; an acknowledgement is the number of the last input that the room is done
 * with, and the step after which it is. A signal is a seat and what it says. Numbers are little-endian.
 */

/** Bytes before what a client sends by the input lane, and of an acknowledgement. */
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

/** The bytes are a copy. Undefined when there is not even a number. */
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

/** Undefined when it is none. */
export function readAck(bytes: Uint8Array): Ack | undefined {
  if (bytes.length !== ACK_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { n: view.getUint32(0, true), tick: view.getUint32(4, true) };
}

/** Bytes before what a signal says: the seat it is for, or that it came from. */
export const SIGNAL_HEAD = 2;
/** In place of a seat: all others who are there. */
export const EVERYONE = 0xffff;

/** `seat`: to the room, whom it is for; from the room, who sent it. */
export type Signal = { seat: number; bytes: Uint8Array };

export function encodeSignal(seat: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(SIGNAL_HEAD + bytes.length);
  new DataView(frame.buffer).setUint16(0, seat, true);
  frame.set(bytes, SIGNAL_HEAD);
  return frame;
}

/** The bytes are a copy. Undefined when there is not even a seat. */
export function readSignal(frame: Uint8Array): Signal | undefined {
  if (frame.length < SIGNAL_HEAD) return undefined;
  const seat = new DataView(frame.buffer, frame.byteOffset).getUint16(0, true);
  return { seat, bytes: Uint8Array.from(frame.subarray(SIGNAL_HEAD)) };
}
