/**
 * Sends patches that cannot be overwritten on their way. The library encodes into one buffer per room
 * and hands out views of it; a socket that is behind keeps the reference while the next patch writes over
 * it, and slow readers get corrupted state. Here each frame is a copy; what everybody sees is encoded, copied
 * and framed once for all sockets; an acknowledgement goes ahead of it, to its own socket alone. A reader too far behind is cut: it comes back to a full state.
 */
import { type Client, ClientState, Protocol, SchemaSerializer } from '@colyseus/core';
import type { Encoder, Schema } from '@colyseus/schema';
import type { WebSocket } from 'ws';
import { sendFrame, serverFrame } from '#rooms/host/frames.ts';

/** Patches between two looks at how far each reader is behind. */
const LOOK_EVERY = 8;

/** A message for this client alone, to go before the patch. */
type Ahead = (client: Client) => Uint8Array | undefined;
type Timing = Parameters<SchemaSerializer<Schema>['applyPatches']>[2];

export class SafeSerializer extends SchemaSerializer<Schema> {
  readonly #own: Encoder;
  readonly #maxBuffered: number;
  readonly #ahead: Ahead;
  #patches = 0;

  constructor(encoder: Encoder, maxBuffered: number, ahead: Ahead = () => undefined) {
    super();
    this.#ahead = ahead;
    this.#own = encoder;
    this.#maxBuffered = maxBuffered;
  }

  /** Keeps the replica's encoder, which owns the refIds. */
  override reset(): void {
    this.encoder = this.#own;
    this.hasFilters = this.#own.context.hasFilters;
    this.fullEncodeBuffer[0] = Protocol.ROOM_STATE;
    if (this.hasFilters) this.encodedViews = new Map();
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
    if (++this.#patches % LOOK_EVERY === 0) this.#cutSlow(clients);
    // With inputs, and where nothing but views changed, the library copies for each client by itself.
    if (timing || clients.length === 0 || !this.encoder.hasChanges) {
      this.#sendAhead(clients);
      return super.applyPatches(clients, state, timing);
    }
    this.needFullEncode = true;
    const it = { offset: 1 };
    this.encoder.sharedBuffer[0] = Protocol.ROOM_STATE_PATCH;
    const shared = Buffer.from(this.encoder.encode(it));
    const frame = serverFrame(shared);
    const sharedEnd = it.offset;
    const differs = this.hasFilters && hidesChanges(this.encoder);
    for (const client of clients) {
      if (client.state !== ClientState.JOINED) continue;
      const { view } = client;
      if (!this.hasFilters || !view || (!differs && view.changes.size === 0)) {
        sendFrame(socketOf(client), frame, shared, this.#ahead(client));
      } else {
        const own = Buffer.from(this.encoder.encodeView(view, sharedEnd, it));
        sendFrame(socketOf(client), serverFrame(own), own, this.#ahead(client));
      }
    }
    this.encoder.discardChanges();
    return true;
  }

  #sendAhead(clients: readonly Client[]): void {
    for (const client of clients) {
      const message = client.state === ClientState.JOINED && this.#ahead(client);
      if (message) sendFrame(socketOf(client), serverFrame(message), message);
    }
  }

  #cutSlow(clients: readonly Client[]): void {
    for (const client of clients) {
      const socket = socketOf(client);
      if (socket.bufferedAmount > this.#maxBuffered) socket.terminate();
    }
  }
}

/** Is there a change that not everybody may see? Then each view is encoded by itself. */
function hidesChanges({ root }: Encoder): boolean {
  for (let node = root.changes.next; node; node = node.next) {
    const { changeTree } = node;
    if (changeTree.isFiltered || changeTree.encDescriptor.tags.some((tag) => tag !== undefined)) return true;
  }
  return false;
}

/** The library types it as any emitter; our transport's are `ws` sockets. */
function socketOf(client: Client): WebSocket {
  return client.ref as unknown as WebSocket;
}
