import { Duplex } from 'node:stream';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';

/**
 * What `pg` takes for a socket, leading to the PGlite worker. One per connection. Bytes are copied once
 * and then handed over; the worker answers whole batches.
 */
export class Wire extends Duplex {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #theirs: MessagePort;

  constructor(worker: Worker) {
    super();
    this.#worker = worker;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#theirs = port2;
    this.#port.on('message', (bytes: Uint8Array) => this.push(bytes));
    this.#port.on('close', () => this.push(null));
  }

  connect(): this {
    this.#worker.postMessage(this.#theirs, [this.#theirs]);
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#post([chunk]);
    done();
  }

  override _writev(writes: { chunk: Uint8Array }[], done: () => void): void {
    this.#post(writes.map((write) => write.chunk));
    done();
  }

  override _final(done: () => void): void {
    this.#port.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port.close();
    done(error);
  }

  // What pg asks of a TCP socket and a message port has no use for.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  #post(chunks: Uint8Array[]): void {
    const bytes = new Uint8Array(Buffer.concat(chunks));
    this.#port.postMessage(bytes, [bytes.buffer]);
  }
}
