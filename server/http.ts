/** The one api: every request passes these filters, in this order. */
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import express, { type Express, type RequestHandler } from 'express';
import { PROTOCOL_VERSION } from '#schema/protocol.ts';
import { type Joining, matchmaking } from '#server/admission/controller.ts';
import type { Config } from '#server/config.ts';
import { clientFiles } from '#server/http/client-files.ts';
import { inlineStyles, securityHeaders } from '#server/http/headers.ts';
import { health, type Readiness, scrape } from '#server/http/health.ts';
import { allowOrigins } from '#server/http/origins.ts';
import { failed, notFound } from '#server/http/problems.ts';
import { measureRequests, requestLog } from '#server/http/request-log.ts';
import { routesOf } from '#server/http/route.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import { BACK_CHANNEL } from '#server/identity/keycloak/keycloak.ts';
import { addressOf, limitKey } from '#server/limits/address.ts';
import { type CreateLimiter, createLimiter, limited, limitedFailures } from '#server/limits/limiter.ts';
import { api } from '#server/resources/api.ts';
import type { ApiParts } from '#server/resources/filters.ts';
import { type MonitorPorts, monitorPages } from '#server/resources/monitor.ts';
import type { Logger } from '#server/telemetry/log.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';
import type { Certificate } from '#server/tls.ts';

export type HttpParts = {
  config: Pick<Config, 'origin' | 'allowedOrigins' | 'lan' | 'trustedProxies' | 'metricsToken' | 'limits'>;
  version: string;
  log: Logger;
  metrics: Metrics;
  ready: Readiness;
  identity: Pick<IdentityProvider, 'mount' | 'browserConfig'>;
  join: Joining['join'];
  verify: Joining['verify'];
  /** What other processes ask. */
  peers?: RequestHandler | undefined;
  /** Counts in this process alone, unless said otherwise. */
  limiter?: CreateLimiter | undefined;
  api: Pick<ApiParts, 'resources' | 'authenticate' | 'authorize' | 'audit' | 'now'>;
  monitor: Pick<MonitorPorts, 'passes' | 'liveness' | 'inspect'>;
  /** Where `vite build` put the client. */
  clientDirectory: string;
};

const MINUTE = 60;
/** Logout tokens of one address in a minute that are not believed; those that are do not count. */
const DISBELIEVED = 60;

export function createApp(parts: HttpParts): Express {
  const { config, version, log, metrics, ready, identity, join, verify, clientDirectory } = parts;
  const { origin, allowedOrigins, trustedProxies, limits } = config;
  const headers = {
    origin,
    selfSigned: config.lan,
    identity: URL.parse(identity.browserConfig().url)?.origin ?? origin,
  };
  const address = (request: express.Request) => limitKey(addressOf(request, trustedProxies));
  const { peers, limiter = (_, points, seconds) => createLimiter(points, seconds) } = parts;
  const perMinute = (name: string, points: number) => limiter(name, points, MINUTE);

  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');

  if (peers) app.use(peers);
  app.use(requestLog(log, trustedProxies));
  app.use(measureRequests(metrics, routesOf(parts.api.resources)));
  app.use(securityHeaders(headers));
  app.use(allowOrigins(allowedOrigins));

  app.use(health(ready));
  app.get('/metrics', scrape(metrics, config));
  app.get('/parlor.json', (_request, response) => {
    const { maxPayload, messagesPerSecond } = limits;
    const protocol = PROTOCOL_VERSION;
    response.json({ version, protocol, identity: identity.browserConfig(), limits: { maxPayload, messagesPerSecond } });
  });

  app.post(BACK_CHANNEL, limitedFailures(perMinute('back-channel', DISBELIEVED), metrics, address));
  const { loginsPerMinute, requestsPerMinute: pagesPerMinute } = limits;
  identity.mount(app, { limiter, metrics, loginsPerMinute, pagesPerMinute });

  const perAddress = perMinute('joins', limits.joinsPerMinute);
  app.use(matchmaking({ join, verify, perAddress, trustedProxies, metrics, log }));

  app.use(['/api', '/apis', '/openapi'], limited(perMinute('requests', limits.requestsPerMinute), metrics, address));
  const perPlayer = perMinute('players', limits.requestsPerMinute);
  app.use(api({ ...parts.api, perPlayer, metrics, maxBody: limits.maxPayload, version }));

  const { authorize, audit } = parts.api;
  app.use('/monitor', limited(perMinute('monitor', limits.requestsPerMinute), metrics, address));
  app.use('/monitor', monitorPages({ ...parts.monitor, authorize, audit, headers: inlineStyles(headers) }));

  app.use(clientFiles({ directory: clientDirectory, origin, trustedProxies }));
  app.use(notFound());
  app.use(failed(log));
  return app;
}

/** The listener below the chain; with a certificate it speaks HTTPS. Patience with slow senders is short. */
export function createListener(app: Express, keepAliveTimeout: number, certificate?: Certificate): Server {
  const options = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout };
  if (!certificate) return createServer(options, app);
  const { key, cert } = certificate;
  return createSecureServer({ ...options, key, cert, minVersion: 'TLSv1.2' }, app);
}
