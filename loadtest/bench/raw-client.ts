/**
 * A client that speaks the wire itself: joins by HTTP, then decodes every frame with the schema's own decoder. The
 * same code for both servers. Protocol bytes: see `@colyseus/shared-types`, Protocol.
 */
import { type DataChange, type Decoder, decode, encode, Reflection } from '@colyseus/schema';
import { pack, unpack } from 'msgpackr';
import { WebSocket } from 'ws';
import '#schema/bytes.ts';
import { encodeInput, readAck } from '#schema/lanes.ts';
import { LANE, NOTICE } from '#schema/protocol.ts';

const CODE = { join: 10, error: 11, leave: 12, state: 14, patch: 15, notice: 13, bytes: 17, request: 21, response: 22 };
/** Digests are compared at every twentieth seq: enough to notice, cheap enough not to matter. */
const DIGEST_EVERY = 20;

const headOf = (type: string) => Buffer.from([CODE.bytes, 0xa0 | type.length, ...Buffer.from(type, 'latin1')]);
const [INPUT, ACK] = [headOf(LANE.input), headOf(NOTICE.ack)];

export type Digests = Map<number, string>;

export class RawClient {
  /** States that arrived, and movers that had moved in them. */
  states = 0;
  updates = 0;
  /** Inputs that were sent, and the number of the last one that the room was done with. */
  inputs = 0;
  acked = 0;
  readonly digests: Digests = new Map();
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (reply: unknown) => void>();
  #decoder!: Decoder;
  #requests = 0;
  #joined!: () => void;

  readonly room: string;

  private constructor(room: string, url: string) {
    this.room = room;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'nodebuffer';
  }

  /** `portOf`: where the process listens that has the seat; the same one unless said otherwise. */
  static async join(
    port: number,
    room: string,
    token?: string,
    portOf = (_process: string) => port,
  ): Promise<RawClient> {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const url = `http://127.0.0.1:${port}/matchmake/joinById/${room}`;
    const answer = await fetch(url, { method: 'POST', headers, body: '{}' });
    const seat = (await answer.json()) as { sessionId: string; processId: string };
    if (!answer.ok) throw new Error(`joining ${room}: ${JSON.stringify(seat)}`);
    const client = new RawClient(
      room,
      `ws://127.0.0.1:${portOf(seat.processId)}/${seat.processId}/${room}?sessionId=${seat.sessionId}`,
    );
    await new Promise<void>((resolve, reject) => {
      client.#joined = resolve;
      client.#socket.on('error', reject);
      client.#socket.on('message', (frame: Buffer) => client.#receive(frame));
    });
    return client;
  }

  get state(): Record<string, unknown> {
    return this.#decoder.state as never;
  }

  /** Sends a request; resolves with the reply. */
  request(type: string, payload: unknown): Promise<unknown> {
    const id = this.#requests++;
    const head = Buffer.alloc(64);
    const it = { offset: 1 };
    head[0] = CODE.request;
    encode.number(head, id, it);
    encode.string(head, type, it);
    this.#socket.send(Buffer.concat([head.subarray(0, it.offset), pack(payload)]));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Sends an input for the next step. */
  input(bytes: Uint8Array): void {
    this.#socket.send(Buffer.concat([INPUT, encodeInput(++this.inputs, bytes)]));
  }

  close(): void {
    this.#socket.terminate();
  }

  #receive(frame: Buffer): void {
    const it = { offset: 1 };
    switch (frame[0]) {
      case CODE.join:
        this.#handshake(frame, it);
        break;
      case CODE.state:
        this.#decoder.decode(frame, it);
        this.#joined();
        break;
      case CODE.patch:
        this.#decoder.decode(frame, it);
        this.#digest();
        break;
      case CODE.response: {
        const id = decode.number(frame, it);
        it.offset++; // status
        this.#waiting.get(id)?.(frame.length > it.offset ? unpack(frame.subarray(it.offset)) : undefined);
        this.#waiting.delete(id);
        break;
      }
      case CODE.bytes:
        this.acked = readAck(frame.subarray(ACK.length))?.n ?? this.acked;
        break;
      case CODE.notice: // it is paused, or goes on
        break;
      default:
        throw new Error(`an unexpected frame: ${frame.toString('latin1').slice(0, 80)}`);
    }
  }

  #handshake(frame: Buffer, it: { offset: number }): void {
    it.offset += 1 + (frame[it.offset] as number); // token
    it.offset += 1 + (frame[it.offset] as number); // serializer
    const length = decode.number(frame, it);
    this.#decoder = Reflection.decode(frame.subarray(0, it.offset + length), it);
    this.#decoder.triggerChanges = (changes: DataChange[]) => {
      for (const { field } of changes) if (field === 'x') this.updates++;
    };
    this.#socket.send(Buffer.from([CODE.join]));
  }

  #digest(): void {
    this.states++;
    const { seq, players } = this.state as { seq: number; players: Map<string, { x: number; y: number }> };
    if (seq % DIGEST_EVERY !== 0) return;
    let digest = '';
    for (const [key, { x, y }] of players) digest += `${key}:${x},${y};`;
    this.digests.set(seq, digest);
  }
}
