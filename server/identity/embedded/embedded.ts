/** The embedded identity provider: sign-in on a machine that has no Keycloak. */
import type { IncomingMessage } from 'node:http';
import { type Express, Router } from 'express';
import { createLocalJWKSet } from 'jose';
import type { Log } from '#rooms/ports.ts';
import { createAccounts } from '#server/identity/embedded/accounts.ts';
import { adminRoutes } from '#server/identity/embedded/admin.ts';
import { ATTEMPT_LIMITS, type AttemptLimits, createAttempts } from '#server/identity/embedded/attempts.ts';
import { bootstrap } from '#server/identity/embedded/bootstrap.ts';
import { TooBusy } from '#server/identity/embedded/fair-queue.ts';
import { formRoutes } from '#server/identity/embedded/forms.ts';
import { logoutRoutes } from '#server/identity/embedded/logout.ts';
import { PROTOCOL_PATH, REALM, REALM_PATH } from '#server/identity/embedded/paths.ts';
import { AUDIENCE, asSeenByBrowsers, BROWSER_CLIENT, createProvider } from '#server/identity/embedded/provider.ts';
import { createRefreshTokens } from '#server/identity/embedded/refresh-tokens.ts';
import { readAgain, requestLimits } from '#server/identity/embedded/request-limits.ts';
import { resourceRoutes } from '#server/identity/embedded/resources.ts';
import type { Rows } from '#server/identity/embedded/rows.ts';
import { openSecrets } from '#server/identity/embedded/secrets.ts';
import { createSessions } from '#server/identity/embedded/sessions.ts';
import { startLimits } from '#server/identity/embedded/start-limits.ts';
import {
  type FirstAdministrator,
  type IdentityLimits,
  type IdentityProvider,
  ProviderTrouble,
  type Users,
} from '#server/identity/identity.ts';
import { addressOf as forwardedAddress, limitKey } from '#server/limits/address.ts';
import { StartError } from '#server/start/failures.ts';

export type EmbeddedOptions = {
  rows: Rows;
  /** What browsers see, without a trailing slash. */
  origin: string;
  /** Further sites whose pages may sign people in; `origin` is always one. */
  allowedOrigins?: readonly string[];
  /** Proxies in front of us whose X-Forwarded-For is believed; for the limits. */
  trustedProxies?: number;
  production: boolean;
  /** Serve in production all the same: there is no second factor, mail or recovery here. */
  allowInProduction: boolean;
  limits?: Partial<AttemptLimits>;
  /** Opens the admin REST endpoints to the service client with this secret. */
  serviceSecret?: string;
  log: Pick<Log, 'error'>;
};

export type EmbeddedIdentity = IdentityProvider & {
  /** The administrator's name and password, on the very first start only. */
  bootstrap(): Promise<FirstAdministrator | undefined>;
};

/** @throws when started in production without being allowed to. */
export async function createEmbeddedIdentity(options: EmbeddedOptions): Promise<EmbeddedIdentity> {
  const { rows, origin, production, allowInProduction, serviceSecret, log } = options;
  if (production && !allowInProduction) {
    throw new StartError(
      'production-identity',
      'The embedded identity provider is not meant for production: it has no second factor, no mail and no account ' +
        'recovery. Connect a Keycloak (KEYCLOAK_URL), or set PARLOR_ALLOW_EMBEDDED_IDENTITY to on.',
    );
  }
  const origins = [...new Set([origin, ...(options.allowedOrigins ?? [])])];
  const secrets = await openSecrets(rows);
  const keys = createLocalJWKSet({ keys: [secrets.public] });
  const accounts = createAccounts(rows);
  const refreshTokens = createRefreshTokens(secrets.cookies[0] ?? '');
  const provider = createProvider({ origin, origins, serviceSecret, rows, accounts, secrets, refreshTokens });
  const sessions = createSessions(provider, rows);
  const addressOf = (request: IncomingMessage) => limitKey(forwardedAddress(request, options.trustedProxies ?? 0));

  provider.on('server_error', (_ctx, error) => log.error({ error: error.message }, 'identity provider failed'));
  provider.use(async (_ctx, next) => {
    await next();
    await sessions.settled();
  });

  const users: Users = {
    create: accounts.create,
    get: accounts.get,
    find: accounts.find,
    list: accounts.list,
    holding: async (role) => (await accounts.list()).filter(({ roles }) => roles.includes(role)),
    setPassword: (id, password) =>
      accounts.setPassword(id, password).catch((error) => {
        throw error instanceof TooBusy ? new ProviderTrouble('Too many people are signing in right now.') : error;
      }),
    async setRoles(id, roles) {
      await accounts.change(id, { roles });
    },
    async setEnabled(id, enabled) {
      await accounts.change(id, { enabled });
      if (!enabled) await sessions.revokeAll(id);
    },
    async delete(id) {
      await accounts.delete(id);
      await sessions.revokeAll(id);
    },
  };

  function mount(app: Express, limits: IdentityLimits): void {
    const attempts = createAttempts({ ...ATTEMPT_LIMITS, ...options.limits }, limits.limiter);
    const realm = Router();
    realm.use(startLimits({ limits, addressOf }));
    realm.use(requestLimits({ limits, refreshTokens, addressOf }));
    realm.use(asSeenByBrowsers(origin));
    realm.use(resourceRoutes());
    realm.get(`${PROTOCOL_PATH}/registrations`, (request, response) => {
      const search = new URLSearchParams(new URL(request.url, origin).search);
      search.set('prompt', 'login');
      search.set('kc_register', '1');
      response.redirect(303, `${REALM_PATH}${PROTOCOL_PATH}/auth?${search}`);
    });
    realm.use(formRoutes({ provider, accounts, attempts, origin, origins, addressOf }));
    realm.use(logoutRoutes({ provider, sessions, keys, origins }));
    realm.use(readAgain(provider.callback()));
    app.use(REALM_PATH, realm);
    if (serviceSecret !== undefined) app.use(adminRoutes({ users, sessions, keys, issuer: provider.issuer }));
  }

  return {
    trust: { issuer: provider.issuer, audience: AUDIENCE, client: BROWSER_CLIENT, keys },
    users,
    sessions,
    onSessionEnd: sessions.onEnd,
    browserConfig: () => ({ url: origin, realm: REALM, clientId: BROWSER_CLIENT }),
    mount,
    ready: () => openable(rows),
    bootstrap: () => bootstrap(rows, accounts, secrets.cookies[0] ?? ''),
  };
}

const openable = (rows: Rows): Promise<true | string> =>
  openSecrets(rows).then(
    () => true,
    () => 'The store of accounts cannot be reached.',
  );
