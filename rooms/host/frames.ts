/**
 * One WebSocket frame for many sockets. `ws` frames each message anew for every socket and writes head and
 * body apart; for a patch that goes to a whole room that is most of the work. Touches `_socket`,
 * `_sender` and `_extensions` of `ws`, held by a contract test; where they are not as expected, `send` does it.
 */
import type { WebSocket } from 'ws';

type Inside = {
  _socket?: { write(frame: Uint8Array): void } | null;
  _sender?: { _state?: number } | null;
  /** By name; what `extensions` joins to a text at every look. */
  _extensions?: Record<string, unknown>;
};

/** A final, unmasked, uncompressed binary frame around `body`. Source: RFC 6455, section 5.2. */
export function serverFrame(body: Uint8Array): Buffer {
  const { length } = body;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x82;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(body, head);
  return frame;
}

/**
 * Writes `frame` as it is, unless `ws` is in the middle of a message or compresses. `ahead` is the body of a message of
 * this socket's own that goes before it, in the same write.
 */
export function sendFrame(socket: WebSocket, frame: Uint8Array, body: Uint8Array, ahead?: Uint8Array): void {
  if (socket.readyState !== socket.OPEN) return;
  const { _socket, _sender, _extensions } = socket as unknown as Inside;
  if (_socket && _sender?._state === 0 && _extensions && !('permessage-deflate' in _extensions))
    _socket.write(ahead ? Buffer.concat([serverFrame(ahead), frame]) : frame);
  else {
    if (ahead) socket.send(ahead, { binary: true });
    socket.send(body, { binary: true });
  }
}
