/** The embedded provider over real HTTP, behind the filters that stand before it in the server, for tests. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { securityHeaders } from '#server/http/headers.ts';
import { allowOrigins } from '#server/http/origins.ts';
import {
  createEmbeddedIdentity,
  type EmbeddedIdentity,
  type EmbeddedOptions,
} from '#server/identity/embedded/embedded.ts';
import { memoryRows } from '#server/identity/embedded/rows-memory.ts';
import type { IdentityLimits } from '#server/identity/identity.ts';
import { NO_LIMITS } from '#server/identity/testing-limits.ts';

export type RunningEmbedded = {
  identity: EmbeddedIdentity;
  origin: string;
  /** A page to come back to. */
  goingTo: string;
  /** What the provider had to say about itself. */
  errors: object[];
  close(): Promise<void>;
};

/** `port` 0 is any free one; give the old one to start again where browsers still look. */
export async function startEmbedded(
  options: Partial<EmbeddedOptions & Pick<IdentityLimits, 'loginsPerMinute' | 'pagesPerMinute'>> = {},
  port = 0,
): Promise<RunningEmbedded> {
  const app = express();
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(port, '127.0.0.1', () => resolve(listening));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use(securityHeaders({ origin, selfSigned: false }), allowOrigins([origin, ...(options.allowedOrigins ?? [])]));
  const errors: object[] = [];
  const identity = await createEmbeddedIdentity({
    rows: memoryRows(),
    origin,
    production: false,
    allowInProduction: false,
    limits: { registrations: 10_000 },
    log: {
      error: (fields) => {
        errors.push(fields);
      },
    },
    ...options,
  });
  const { loginsPerMinute = 100_000, pagesPerMinute = 100_000 } = options;
  identity.mount(app, { ...NO_LIMITS, loginsPerMinute, pagesPerMinute });
  return {
    identity,
    origin,
    goingTo: `${origin}/`,
    errors,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
