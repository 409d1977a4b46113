/**
 * Sends patches that cannot be overwritten on their way. The library encodes into one buffer per room
 * and hands out views of it; a socket that is behind keeps the reference while the next patch writes over
 * it, and slow readers get corrupted state. Each frame is copied once, whoever many read it; where all see
 * the same, it is also framed once for all sockets. A reader too far behind is cut: it comes back to a
 * full state.
 */
import { type Client, ClientState, Protocol, SchemaSerializer } from '@colyseus/core';
import type { Encoder, Schema } from '@colyseus/schema';
import type { WebSocket } from 'ws';
import { sendFrame, serverFrame } from '#rooms/host/frames.ts';

type Timing = Parameters<SchemaSerializer<Schema>['applyPatches']>[2];

export class SafeSerializer extends SchemaSerializer<Schema> {
  readonly #own: Encoder;
  readonly #maxBuffered: number;

  constructor(encoder: Encoder, maxBuffered: number) {
    super();
    this.#own = encoder;
    this.#maxBuffered = maxBuffered;
  }

  /** Keeps the replica's encoder, which owns the refIds. */
  override reset(): void {
    this.encoder = this.#own;
    this.hasFilters = this.#own.context.hasFilters;
    this.fullEncodeBuffer[0] = Protocol.ROOM_STATE;
    if (this.hasFilters) this.encodedViews = new Map();
    for (const method of ['encode', 'encodeView'] as const) {
      const encode = Object.getPrototypeOf(this.#own)[method] as (...args: unknown[]) => Uint8Array;
      Object.assign(this.#own, { [method]: (...args: unknown[]) => Buffer.from(encode.apply(this.#own, args)) });
    }
  }

  override getFullState(client?: Client, timing?: Timing): Uint8Array {
    super.getFullState();
    // A state that outgrew the buffer lies in another; the library would add a client's own part to the old one.
    const { fullEncodeCache: grown } = this;
    if (grown.length > this.fullEncodeBuffer.length) this.fullEncodeBuffer = new Uint8Array(grown.buffer);
    const full = Buffer.from(super.getFullState(client, timing));
    // All that the view was to show is in there. Sent again with the next patch, as the library would, it lands
    // beside what has moved since: an array that was shifted in that batch then shows its items twice.
    client?.view?.changes.clear();
    return full;
  }

  override applyPatches(clients: Client[], state?: unknown, timing?: Timing): boolean {
    for (const client of clients) if (socketOf(client).bufferedAmount > this.#maxBuffered) socketOf(client).terminate();
    if (this.hasFilters || timing || clients.length === 0 || !this.encoder.hasChanges) {
      return super.applyPatches(clients, state, timing);
    }
    this.needFullEncode = true;
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH;
    const patch = this.encoder.encode({ offset: 1 });
    const frame = serverFrame(patch);
    for (const client of clients) if (client.state === ClientState.JOINED) sendFrame(socketOf(client), frame, patch);
    this.encoder.discardChanges();
    return true;
  }
}

/** The library types it as any emitter; our transport's are `ws` sockets. */
function socketOf(client: Client): WebSocket {
  return client.ref as unknown as WebSocket;
}
