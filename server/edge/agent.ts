/** Kept-alive connections to members. A connection that receives bytes without a request is not reused. */
import { Agent, type ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';

const MOST_IDLE = 32;

export class MemberAgent extends Agent {
  readonly #idle = new WeakMap<Duplex, () => void>();

  readonly #retired = new WeakSet<Duplex>();

  constructor() {
    super({ keepAlive: true, maxFreeSockets: MOST_IDLE });
  }

  /** Its answer announced a body that it may not have: the next bytes could be read as another answer. */
  retire(socket: Duplex): void {
    this.#retired.add(socket);
  }

  /** Node takes false for: close it. */
  override keepSocketAlive(socket: Duplex): boolean {
    if (socket.readableLength > 0 || this.#retired.has(socket)) return false;
    const odd = () => {
      socket.destroy();
    };
    socket.on('data', odd);
    this.#idle.set(socket, odd);
    return super.keepSocketAlive(socket) as unknown as boolean;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    const odd = this.#idle.get(socket);
    if (odd) socket.off('data', odd);
    super.reuseSocket(socket, request);
  }
}
