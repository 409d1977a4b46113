/**
 * The way from a store to a real Redis, through a proxy of ours that knows the journal's calls: drops their
 * replies, or them, does them once more, or lets them arrive when somebody else has claimed the room.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Call, Mishap, Mishaps } from './mishaps.ts';
import { asRequest, Messages, stringsOf } from './resp.ts';

type Asked = { call: Call; bytes: Buffer; mishap: Mishap | undefined };

export type LineOptions = {
  redisPort: number;
  mishaps: Mishaps;
  /** Rewrites the script on its way to Redis: for planted bugs. */
  script?(text: string): string;
};

export class RedisLine {
  readonly #o: LineOptions;
  readonly #server: Server;
  readonly #wires = new Set<Wire>();
  readonly #siding: Siding;

  private constructor(options: LineOptions) {
    this.#o = options;
    this.#siding = new Siding(options.redisPort);
    this.#server = createServer((near) => {
      const wire = new Wire(near, this.#o, this.#siding, () => this.#wires.delete(wire));
      this.#wires.add(wire);
    });
  }

  static async open(options: LineOptions): Promise<RedisLine> {
    const line = new RedisLine(options);
    await once(line.#server.listen(0, '127.0.0.1'), 'listening');
    return line;
  }

  get url(): string {
    const address = this.#server.address();
    return `redis://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`;
  }

  close(): void {
    this.#server.close();
    for (const wire of this.#wires) wire.cut();
    this.#siding.close();
  }
}

/** One connection of a store. */
class Wire {
  readonly #o: LineOptions;
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #siding: Siding;
  /** Sent on and not answered, in order. */
  readonly #asked: Asked[] = [];
  /** Answers that are kept back, while they are. */
  #kept: Buffer[] | undefined;

  constructor(near: Socket, options: LineOptions, siding: Siding, gone: () => void) {
    this.#o = options;
    this.#near = near;
    this.#far = connect(options.redisPort, '127.0.0.1');
    this.#siding = siding;
    const [requests, replies] = [new Messages(), new Messages()];
    near.on('data', (bytes) => {
      for (const message of requests.push(bytes)) if (!near.destroyed) this.#request(message);
    });
    this.#far.on('data', (bytes) => {
      for (const message of replies.push(bytes)) if (!near.destroyed) this.#reply(message);
    });
    for (const socket of [near, this.#far]) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.cut();
        gone();
      });
    }
  }

  cut(): void {
    this.#near.destroy();
    this.#far.destroy();
  }

  #request(bytes: Buffer): void {
    const { mishaps, script } = this.#o;
    const strings = stringsOf(bytes);
    const [command, verb, text] = strings.slice(0, 3).map((one) => String(one));
    if (script && `${command} ${verb}`.toUpperCase() === 'SCRIPT LOAD') {
      this.#pass({ call: OTHER, bytes: asRequest(['SCRIPT', 'LOAD', script(text ?? '')]) }, undefined);
      return;
    }
    const call = callOf(strings);
    const mishap = call === OTHER ? undefined : mishaps.next(call);
    const stray = () => ({ ...call, deliver: () => this.#siding.send(bytes) });
    if (mishap?.kind === 'late') mishaps.hold(stray(), mishap.when);
    if (mishap?.kind === 'late' || mishap?.kind === 'lost-request') {
      this.cut();
      return;
    }
    if (call.name === 'claim') mishaps.passes(call.room, 'claims');
    this.#pass({ call, bytes }, mishap);
    if (mishap?.kind !== 'twice') return;
    const { when, afterMs } = mishap;
    if (when === 'after-claim') mishaps.hold(stray(), when);
    else if (when === 'at-once') mishaps.arrive(stray());
    else setTimeout(() => mishaps.arrive(stray()), afterMs);
  }

  #pass(asked: Pick<Asked, 'call' | 'bytes'>, mishap: Mishap | undefined): void {
    this.#asked.push({ ...asked, mishap });
    this.#far.write(asked.bytes);
  }

  #reply(bytes: Buffer): void {
    const { mishaps } = this.#o;
    const { call, mishap } = this.#asked.shift() as Asked;
    const [verdict, ...rest] = stringsOf(bytes).map(String);
    if (verdict === 'ok' && call.name === 'claim') mishaps.passes(call.room, 'claimed', Number(rest[2]));
    if (verdict === 'ok' && call.name === 'load') mishaps.passes(call.room, 'loaded', call.epoch);
    if (mishap?.kind === 'stall') this.#keepBack(mishap.ms);
    if (mishap?.kind === 'lost-reply') this.cut();
    else if (this.#kept) this.#kept.push(bytes);
    else this.#near.write(bytes);
  }

  #keepBack(ms: number): void {
    this.#kept ??= [];
    setTimeout(() => {
      for (const bytes of this.#kept?.splice(0) ?? []) this.#near.write(bytes);
      this.#kept = undefined;
    }, ms);
  }
}

/** A connection of the proxy's own, on which things arrive that took a long way. */
class Siding {
  readonly #socket: Socket;
  readonly #asked: ((verdict: string) => void)[] = [];

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('error', () => {});
    const replies = new Messages();
    this.#socket.on('data', (bytes) => {
      for (const message of replies.push(bytes)) {
        const [verdict] = stringsOf(message);
        this.#asked.shift()?.(verdict ? String(verdict) : message.toString('latin1').trim());
      }
    });
  }

  send(bytes: Buffer): Promise<string> {
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

const OTHER: Call = { name: '', room: '', epoch: 0 };

/** `EVALSHA sha 3 {parlor}:room:<room> {parlor} <channel of claims> <call> …`, as `server/journal/redis-turn.ts` writes it. */
function callOf([command, , , room, , , name, , epoch]: Buffer[]): Call {
  if (String(command).toUpperCase() !== 'EVALSHA') return OTHER;
  return { name: String(name), room: String(room).replace(/^.*:room:/, ''), epoch: Number(epoch) };
}
