/**
 * The gate before every room and the lobby: each frame of a client is judged by its bytes before the library, a
 * decoder or a handler sees it. What passes is one of five kinds, within its budget.
 */
import { getMessageBytes, Protocol } from '@colyseus/core';
import { addExtension } from 'msgpackr';
import { INPUT_HEAD, SIGNAL_HEAD } from '#schema/lanes.ts';
import { LANE, MAX_INPUT, MAX_SIGNAL, REQUEST, type Refused } from '#schema/protocol.ts';
import { REFUSALS } from '#schema/refusals.ts';
import { measurePayload, type PayloadBudget } from '#server/limits/msgpack.ts';

/** `reply` is what the sender is told; `close` ends a connection that speaks another protocol. */
export type Verdict =
  | { pass: true }
  | { pass: false; reason: 'malformed' | 'oversized' | 'unknown-command'; reply: Uint8Array }
  | { pass: false; reason: 'unexpected-frame'; close: true };

const PASS: Verdict = { pass: true };
const CLOSE: Verdict = { pass: false, reason: 'unexpected-frame', close: true };

/** Statuses of a response; the library does not export them. Source: @colyseus/shared-types, `ResponseStatus`. */
const STATUS = { ok: 0, error: 2 };
const MOST_TYPE = 40;
/** The requests of the product. */
export const REQUESTS: ReadonlySet<string> = new Set(Object.values(REQUEST));

/**
 * `joined`: the client has acknowledged the join. Until then replies would pile up in the library. `requests`: the
 * types that rooms answer.
 */
export function judgeFrame(
  frame: Uint8Array,
  joined: boolean,
  budget: PayloadBudget,
  requests: ReadonlySet<string> = REQUESTS,
): Verdict {
  const [code] = frame;
  if (code === Protocol.JOIN_ROOM || code === Protocol.LEAVE_ROOM || code === Protocol.PING)
    return frame.length === 1 ? PASS : CLOSE;
  if (code === Protocol.ROOM_DATA_BYTES && joined) return fitsLane(frame) ? PASS : CLOSE;
  if (code !== Protocol.ROOM_REQUEST || !joined) return CLOSE;
  const head = requestHead(frame);
  if (!head) return CLOSE;
  const { id, type, end } = head;
  if (!requests.has(type)) {
    const { sentence } = REFUSALS['unknown-command'];
    const reply = respond(id, STATUS.error, { name: 'unknown-command', message: sentence });
    return { pass: false, reason: 'unknown-command', reply };
  }
  if (end === frame.length) return PASS;
  const measured = measurePayload(frame, end, budget);
  if (typeof measured === 'object') return PASS;
  const refused: Refused = { ok: false, code: measured, field: 'payload' };
  return { pass: false, reason: measured, reply: respond(id, STATUS.ok, refused) };
}

/** How each message of bytes begins, and the most that it has. */
const LANES = [
  { head: messageHead(LANE.input), most: INPUT_HEAD + MAX_INPUT },
  { head: messageHead(LANE.signal), most: SIGNAL_HEAD + MAX_SIGNAL },
];

function messageHead(type: string): Buffer {
  return Buffer.from([Protocol.ROOM_DATA_BYTES, 0xa0 | type.length, ...Buffer.from(type, 'latin1')]);
}

function fitsLane(frame: Uint8Array): boolean {
  return LANES.some(({ head, most }) => {
    return frame.length <= head.length + most && head.equals(frame.subarray(0, head.length));
  });
}

function respond(id: number, status: number, payload: unknown): Uint8Array {
  return getMessageBytes[Protocol.ROOM_RESPONSE](id, status, payload);
}

/** Id and type of a request, and where its payload begins; undefined when they cannot be read. */
function requestHead(frame: Uint8Array): { id: number; type: string; end: number } | undefined {
  const token = frame[1] ?? 0xc1;
  const size = token < 0x80 ? 0 : ({ 204: 1, 205: 2, 206: 4 }[token] ?? -1);
  const start = 2 + size;
  const length = (frame[start] ?? 0) - 0xa0;
  const end = start + 1 + length;
  if (size < 0 || length < 1 || length > 0x1f || length > MOST_TYPE || end > frame.length) return undefined;
  const id = size === 0 ? token : Buffer.from(frame.buffer, frame.byteOffset + 2, size).readUIntBE(0, size);
  return { id, type: Buffer.from(frame.subarray(start + 1, end)).toString('latin1'), end };
}

/** References and the like: `b`undled strings, `e`rrors, `i`ds, `p`ointers, `s`ets, `t`yped arrays, regular e`x`pressions. */
const REFUSED_EXTENSIONS = [0x62, 0x65, 0x69, 0x70, 0x73, 0x74, 0x78];

/** For the whole process, and for good: no decoder in it builds anything but plain data. */
export function refuseExtensions(): void {
  const unpack = () => {
    throw new Error('an extension that is refused');
  };
  for (const type of REFUSED_EXTENSIONS) addExtension({ type, unpack } as Parameters<typeof addExtension>[0]);
}
