/** A Keycloak of its own as the identity provider: the realm is `helm/realm/parlor-realm.json`. */
import { type Express, urlencoded } from 'express';
import { failure } from '#schema/status.ts';
import type { KeycloakConfig } from '#server/config.ts';
import type { IdentityProvider, Trust } from '#server/identity/identity.ts';
import { createAdminApi } from '#server/identity/keycloak/admin-api.ts';
import { createLogoutVerifier } from '#server/identity/keycloak/logout-token.ts';
import { createSessions } from '#server/identity/keycloak/sessions.ts';
import { createUsers } from '#server/identity/keycloak/users.ts';
import { type WatchTimes, watchRealm } from '#server/identity/keycloak/watch.ts';
import { type KeyTimes, remoteKeys } from '#server/identity/keys.ts';
import type { Logger } from '#server/telemetry/log.ts';

export const AUDIENCE = 'parlor';
export const BROWSER_CLIENT = 'parlor-web';
/** Where Keycloak posts logout tokens; the realm names it, too. */
export const BACK_CHANNEL = '/backchannel-logout';

export type Waiting = { watch?: WatchTimes; keys?: KeyTimes };

/** Never fails for want of a Keycloak: `ready` tells, and it is looked for until it is there. */
export function createKeycloakIdentity(
  config: KeycloakConfig,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
  waiting: Waiting = {},
): IdentityProvider & { close(): void } {
  const { url, internalUrl, realm } = config;
  const keys = remoteKeys(new URL(`${internalUrl}/realms/${realm}/protocol/openid-connect/certs`), waiting.keys);
  const trust: Trust = { issuer: `${url}/realms/${realm}`, audience: AUDIENCE, client: BROWSER_CLIENT, keys };
  const api = createAdminApi(config, log);
  const sessions = createSessions(api);
  const watch = watchRealm(config, api, log, waiting.watch);
  const read = createLogoutVerifier(trust);

  function mount(app: Express): void {
    app.post(BACK_CHANNEL, urlencoded({ extended: false, limit: '16kb' }), async (request, response) => {
      const { logout_token: token } = (request.body ?? {}) as Record<string, unknown>;
      const end = await read(typeof token === 'string' ? token : '');
      response.set('Cache-Control', 'no-store');
      if ('status' in end) {
        log.warn({ reason: end.reason }, 'logout token refused');
        response.status(end.status).json(failure(end.status, `This ends no login: ${end.reason}.`));
        return;
      }
      await sessions.tell(end);
      response.status(200).end();
    });
  }

  return {
    trust,
    users: createUsers(api, sessions),
    sessions,
    onSessionEnd: sessions.onEnd,
    browserConfig: () => ({ url, realm, clientId: BROWSER_CLIENT }),
    mount,
    ready: async () => watch.ready(),
    close: watch.stop,
  };
}
