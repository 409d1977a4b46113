import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { inject, vi } from 'vitest';
import { describeIdentity } from '#server/identity/contract.ts';
import { createKeycloakIdentity } from '#server/identity/keycloak/keycloak.ts';
import { NO_LIMITS } from '#server/identity/testing-limits.ts';
import { createLog } from '#server/telemetry/log.ts';

describeIdentity('keycloak', async () => {
  const { url, clientSecret, parlor } = inject('keycloak');
  const app = express();
  const server = createServer(app).listen(parlor.port, '127.0.0.1');
  await once(server, 'listening');
  const log = createLog('info');
  const identity = createKeycloakIdentity({ url, internalUrl: url, realm: 'parlor', clientSecret }, log);
  identity.mount(app, NO_LIMITS);
  await vi.waitUntil(async () => (await identity.ready()) === true, { timeout: 30_000 });
  return {
    identity,
    goingTo: `${parlor.origin}/`,
    async close() {
      identity.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
});
