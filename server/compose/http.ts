/** Opens the listener with its chain of filters. It listens later; its connections are closed with it. */
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import { type Sockets, watchUpgrades } from '#server/admission/upgrade.ts';
import { type Config, lanAddresses } from '#server/config.ts';
import { holdConnections } from '#server/http/connections.ts';
import { createApp, createListener, type HttpParts } from '#server/http.ts';
import { certificate } from '#server/tls.ts';

const CLIENT = fileURLToPath(new URL('../../dist/client', import.meta.url));
/** For sockets that were told to close, and requests in flight, when Parlor stops. */
const GRACE_MS = 2_000;

export type HttpDeps = Omit<HttpParts, 'config' | 'clientDirectory'> & { config: Config };

export type Http = {
  app: Express;
  server: Server;
  /** Sockets by address. */
  sockets: Sockets;
  /** Fingerprint of the certificate we made, on the local network. */
  fingerprint: string | undefined;
};

export async function openHttp(deps: HttpDeps, stack: AsyncDisposableStack): Promise<Http> {
  const { config, log } = deps;
  const tls = config.lan ? await certificate(config.dataDir, lanAddresses()) : undefined;
  const app = createApp({ ...deps, clientDirectory: CLIENT });
  const server = createListener(app, config.keepAliveMs, tls);
  const connections = holdConnections(server);
  stack.defer(() => connections.close(GRACE_MS));
  const sockets = watchUpgrades(server, config.trustedProxies, log);
  return { app, server, sockets, fingerprint: tls?.fingerprint };
}
