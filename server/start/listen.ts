import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import type { Server } from '@colyseus/core';
import type { Config } from '#server/config.ts';
import { starting } from '#server/start/failures.ts';

/** Answers the port. Colyseus waits for ever when it is taken, so the listener itself is asked. @throws StartError */
export async function listen(
  colyseus: Server,
  server: HttpServer,
  { host, port }: Pick<Config, 'host' | 'port'>,
  bound: () => void,
): Promise<number> {
  await starting('port', `Port ${port} of ${host}`, () => probe(host, port));
  const refused = once(server, 'error').then(([error]) => Promise.reject(error));
  await starting('port', `Port ${port} of ${host}`, () =>
    Promise.race([colyseus.listen(port, host, undefined, bound), refused]),
  );
  refused.catch(() => {}); // said later, by a listener that is open
  return (server.address() as AddressInfo).port;
}

/** Opens the port and closes it: Colyseus logs a stack for one that is taken. */
async function probe(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}
