/** One WebSocket to a room: frames in, a decoded state and answered requests out. */
import { type BinaryType, WebSocket } from 'k6/websockets';
import { metrics, report } from '../metrics.ts';
import type { Tree } from './tree.ts';
import { type Frame, JOINED, LEAVE, readFrame, requestFrame } from './wire.ts';

export type Events = {
  joined(token: string): void;
  /** The state has changed. `full`: it is the first on this socket. */
  state(full: boolean): void;
  /** Once, and last; `refusal` is what the room said before. */
  closed(code: number, refusal: string | undefined): void;
};

const OPEN = 1;
/** As browsers call a socket that broke. */
const ABNORMAL = 1006;

type Waiting = { resolve(payload: unknown): void; reject(error: Error): void };

export class Socket {
  private readonly socket: WebSocket;
  private readonly tree: Tree<unknown>;
  private readonly events: Events;
  private readonly waiting = new Map<number, Waiting>();
  private requests = 0;
  private refusal: string | undefined;

  constructor(url: string, tree: Tree<unknown>, events: Events) {
    this.tree = tree;
    this.events = events;
    // Without a name every address would be a time series of its own, tokens included.
    this.socket = new WebSocket(url, null, { tags: { name: 'room' } });
    this.socket.binaryType = 'arraybuffer' as BinaryType;
    this.socket.onmessage = (event) => this.receive(new Uint8Array(event?.data as ArrayBuffer));
    this.socket.onerror = () => {}; // always followed by a close
    this.socket.onclose = ((event?: { code?: number }) => this.closed(event?.code)) as () => void;
  }

  get isOpen(): boolean {
    return this.socket.readyState === OPEN;
  }

  /** Resolves with the reply; rejects if there will be none. */
  request(type: string, payload: unknown): Promise<unknown> {
    if (!this.isOpen) return Promise.reject(new Error('the socket is closed'));
    const id = this.requests++;
    this.send(requestFrame(id, type, payload));
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  leave(): void {
    if (this.isOpen) this.send(LEAVE);
  }

  close(): void {
    this.socket.close();
  }

  /** k6 does not copy what it sends. */
  private send(frame: Uint8Array): void {
    this.socket.send(frame.slice().buffer as ArrayBuffer);
  }

  private receive(bytes: Uint8Array): void {
    const frame = readFrame(bytes);
    switch (frame.is) {
      case 'joined':
        if (frame.reflection) this.tree.begin(frame.reflection);
        this.send(JOINED);
        this.events.joined(frame.token);
        break;
      case 'state':
        this.tree.full(frame.bytes);
        this.decoded(true);
        break;
      case 'patch':
        metrics.state_patches.add(1);
        this.tree.patch(frame.bytes);
        this.decoded(false);
        break;
      case 'reply':
        this.answered(frame);
        break;
      case 'error':
        this.refusal = frame.message;
        break;
      case 'other':
        break;
      default:
        frame satisfies never;
    }
  }

  private answered({ id, ok, payload }: Extract<Frame, { is: 'reply' }>): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (ok) waiting?.resolve(payload);
    else waiting?.reject(new Error(`refused: ${JSON.stringify(payload)}`));
  }

  private decoded(full: boolean): void {
    if (this.tree.damaged > 0) report({ kind: 'damaged', detail: 'the decoder met something that it does not know' });
    this.tree.damaged = 0;
    this.events.state(full);
  }

  private closed(code: number | undefined): void {
    for (const { reject } of this.waiting.values()) reject(new Error('the socket was closed'));
    this.waiting.clear();
    this.events.closed(code ?? ABNORMAL, this.refusal);
  }
}
