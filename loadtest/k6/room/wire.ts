/** Colyseus's frames, as bytes and back. Pure. The protocol bytes: `@colyseus/shared-types`, Protocol. */
import { decode, encode, Packr, unpack } from './vendor.ts';

const CODE = { join: 10, error: 11, leave: 12, state: 14, patch: 15, ping: 18, request: 21, response: 22 } as const;
/** Modifiers of the first byte; our rooms use neither. */
const CODE_BITS = 0b1_1111;
const ANSWERED = 0;

/** Set up as the SDK's own. */
const packr = new Packr();

/** As `schema/protocol.ts`, which k6 cannot import; a test holds them together. */
export const REQUEST = { resume: 'resume', submit: 'submit', refresh: 'refresh' } as const;
export const CLOSE = {
  consented: 4000,
  retry: 4010,
  displaced: 4100,
  sessionEnded: 4101,
  roomEnded: 4102,
  endedByAdministrator: 4103,
} as const;
export const OUTBOX_WINDOW = 64;

export type Frame =
  /** `reflection` is how to read the state; absent for one who knows it already. */
  | { is: 'joined'; token: string; reflection: Uint8Array | undefined }
  | { is: 'state' | 'patch'; bytes: Uint8Array }
  | { is: 'reply'; id: number; ok: boolean; payload: unknown }
  | { is: 'error'; code: number; message: string }
  | { is: 'other'; code: number };

export function readFrame(bytes: Uint8Array): Frame {
  const it = { offset: 1 };
  const code = (bytes[0] ?? 0) & CODE_BITS;
  switch (code) {
    case CODE.join:
      return readJoined(bytes, it);
    case CODE.state:
    case CODE.patch:
      return { is: code === CODE.state ? 'state' : 'patch', bytes: bytes.subarray(1) };
    case CODE.response: {
      const id = decode.number(bytes, it);
      const ok = bytes[it.offset++] === ANSWERED;
      return { is: 'reply', id, ok, payload: bytes.length > it.offset ? unpack(bytes.subarray(it.offset)) : undefined };
    }
    case CODE.error:
      return { is: 'error', code: decode.number(bytes, it), message: decode.string(bytes, it) };
    default:
      return { is: 'other', code };
  }
}

function readJoined(bytes: Uint8Array, it: { offset: number }): Frame {
  const token = readShort(bytes, it);
  readShort(bytes, it); // the serializer's name
  if (it.offset >= bytes.length) return { is: 'joined', token, reflection: undefined };
  const length = decode.number(bytes, it);
  // The decoder reads to the end of what it is given.
  const reflection = bytes.subarray(it.offset, it.offset + length);
  return { is: 'joined', token, reflection: length > 0 ? reflection : undefined };
}

function readShort(bytes: Uint8Array, it: { offset: number }): string {
  const length = bytes[it.offset] ?? 0;
  const start = it.offset + 1;
  it.offset = start + length;
  return String.fromCharCode(...bytes.subarray(start, it.offset));
}

/** Says that the handshake was read; the room sends no state before it. */
export const JOINED = Uint8Array.of(CODE.join);
/** Leaves for good; the room closes the socket. */
export const LEAVE = Uint8Array.of(CODE.leave);

/** In bytes of its own: k6 does not copy what it sends, and the packer uses its buffer again. */
export function requestFrame(id: number, type: string, payload: unknown): Uint8Array {
  const head = new Uint8Array(16 + type.length);
  const it = { offset: 1 };
  head[0] = CODE.request;
  encode.number(head as never, id, it);
  encode.string(head as never, type, it);
  const body = packr.pack(payload);
  const frame = new Uint8Array(it.offset + body.length);
  frame.set(head.subarray(0, it.offset));
  frame.set(body, it.offset);
  return frame;
}
