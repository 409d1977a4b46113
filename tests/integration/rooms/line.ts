/** A TCP line between a client and a server that can be cut, or fall silent without anybody being told. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Line = {
  endpoint: string;
  /** Breaks every connection on it; new ones go through. */
  cut(): void;
  /** Breaks every connection on it, and each new one, until `accept`: the device is away. */
  refuse(): void;
  accept(): void;
  /** Nothing is passed on in either direction until `speak`; no socket is closed. */
  silence(): void;
  speak(): void;
  /** Only what the server sends waits, so that it piles up there. */
  clog(): void;
  /** Connections that were made over it so far. */
  dials(): number;
  close(): Promise<void>;
};

export async function lineTo(port: number): Promise<Line> {
  const pairs = new Set<[Socket, Socket]>();
  let [forth, back] = [true, true];
  let dials = 0;
  let refusing = false;
  const apply = () => {
    for (const [near, far] of pairs) {
      forth ? near.resume() : near.pause();
      back ? far.resume() : far.pause();
    }
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (refusing) return void near.on('error', () => {}).destroy();
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, readableHighWaterMark: 16 * 1024 } as never);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    dials++;
    near.on('data', (bytes) => void far.write(bytes));
    far.on('data', (bytes) => void near.write(bytes));
    for (const [one, other] of [pair, [far, near] as [Socket, Socket]]) {
      one.on('error', () => {});
      one.on('end', () => other.end());
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
    apply();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const set = (near: boolean, far: boolean) => {
    [forth, back] = [near, far];
    apply();
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    refuse() {
      refusing = true;
      cut();
    },
    accept() {
      refusing = false;
    },
    silence: () => set(false, false),
    speak: () => set(true, true),
    clog: () => set(true, false),
    dials: () => dials,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
