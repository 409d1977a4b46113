/** The whole HTTP chain on a free port, with real tokens, before a world in memory. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '#server/config.ts';
import { createApp, createListener } from '#server/http.ts';
import { startTestIssuer, type TokenOptions } from '#server/identity/test-issuer.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { limited } from '#server/limits/limiter.ts';
import { authorizerOf, DECLARATIONS, resourcesOf } from '#server/resources/all.ts';
import type { AuditRecord } from '#server/resources/filters.ts';
import { createPasses } from '#server/resources/monitor-passes.ts';
import { createLog } from '#server/telemetry/log.ts';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { memoryWorld, pseudonym } from '#server/testing/memory-world.ts';
import type { Certificate } from '#server/tls.ts';

export const ORIGIN = 'http://parlor.test:1';

/** More than one write of a socket takes. */
export const LARGE_ROOM = { roomId: 'large', state: { text: 'x'.repeat(400_000) } };

export type TestApi = Awaited<ReturnType<typeof openApi>>;

/** `signIn` is where people sign in; by itself at the api's own origin. `declarations`: the resources that it has. */
export async function openApi(
  env: Record<string, string> = {},
  certificate?: Certificate,
  signIn = ORIGIN,
  declarations = DECLARATIONS,
) {
  const clientDirectory = await mkdtemp(join(tmpdir(), 'parlor-api-'));
  await mkdir(join(clientDirectory, 'assets'));
  await writeFile(join(clientDirectory, 'index.html'), '<!doctype html><title>Parlor</title>');
  await writeFile(join(clientDirectory, 'assets', 'app-abc123.js'), 'export {}');

  const lines: string[] = [];
  const audited: AuditRecord[] = [];
  const issuer = await startTestIssuer();
  const passes = createPasses(Date.now);
  const world = memoryWorld(passes);
  const authenticate = createVerifier({
    ...issuer.trust,
    hash: pseudonym,
    revoked: (session) => world.ended.has(session),
  });
  const alive = new Map<string, Awaited<ReturnType<typeof authenticate>>>();
  let ready: boolean | string = true;
  let now = () => Date.now();

  const metrics = createMetrics({ clients: () => 0, rooms: () => new Map() });
  const config = parseConfig({ PARLOR_ORIGIN: ORIGIN, ...env });
  const app = createApp({
    config,
    version: '0.1.0',
    log: createLog('trace', { write: (line) => lines.push(line) }),
    metrics,
    ready: async () => ({ database: ready }),
    identity: {
      mount: (into, { limiter, metrics, loginsPerMinute }) => {
        const perAddress = limited(limiter('logins', loginsPerMinute, 60), metrics, (request) => request.ip ?? '');
        into.post('/realms/parlor/login', perAddress, (_request, response) => void response.send('in'));
      },
      browserConfig: () => ({ url: signIn, realm: 'parlor', clientId: 'parlor-web' }),
    },
    join: async ({ room }) => ({ refused: room === 'moving' ? 'room-restoring' : 'no-such-room' }),
    verify: authenticate,
    api: {
      resources: resourcesOf(world.ports, declarations),
      authenticate,
      authorize: authorizerOf(declarations),
      now: () => now(),
      audit: (record) => audited.push(record),
    },
    monitor: {
      passes,
      liveness: {
        look: async (session) => (!world.ended.has(session) && alive.has(session) ? 'live' : 'ended'),
      },
      inspect: async (room) => (room === 'large' ? LARGE_ROOM : undefined),
    },
    clientDirectory,
  });
  const server: Server = createListener(app, config.keepAliveMs, certificate);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    server,
    metrics,
    audited,
    quarantined: world.quarantined,
    logged: () => lines.join(''),
    setReady: (value: boolean | string) => {
      ready = value;
    },
    /** The clock of the rooms. */
    setClock: (clock: () => number) => {
      now = clock;
    },
    /** A token of somebody whose session is known here. */
    async signIn(options: TokenOptions): Promise<{ token: string; player: string; session: string }> {
      const token = await issuer.token(options);
      const identity = await authenticate(token);
      if ('refused' in identity) throw new Error(identity.detail);
      const { player, session } = identity;
      alive.set(session, identity);
      const at = Date.parse('2026-01-02T03:04:05Z');
      world.begin({ id: player, name: options.name, subject: options.name, createdAt: at, lastLoginAt: at }, session);
      return { token, player, session };
    },
    token: (options: TokenOptions) => issuer.token(options),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await issuer.close();
      await rm(clientDirectory, { recursive: true });
    },
  };
}
