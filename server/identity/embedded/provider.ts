/** oidc-provider, made to look like one realm of Keycloak to keycloak-js and to our verifier. */
import type { RequestHandler } from 'express';
import Provider, { type AccessToken, type Configuration, type RefreshToken } from 'oidc-provider';
import type { Accounts } from '#server/identity/embedded/accounts.ts';
import { adapterFactory } from '#server/identity/embedded/adapter.ts';
import { sendKoaPage } from '#server/identity/embedded/page-response.ts';
import { confirmLogoutPage, problemPage, signedOutPage } from '#server/identity/embedded/pages.ts';
import { PROTOCOL_PATH, REALM_PATH } from '#server/identity/embedded/paths.ts';
import type { RefreshTokens } from '#server/identity/embedded/refresh-tokens.ts';
import type { Rows } from '#server/identity/embedded/rows.ts';
import type { Secrets } from '#server/identity/embedded/secrets.ts';

export const AUDIENCE = 'parlor';
export const BROWSER_CLIENT = 'parlor-web';
export const SERVICE_CLIENT = 'parlor-server';

const ACCESS_TOKEN_S = 300;
const LOGIN_S = 14 * 24 * 3600;
/** Without a resource, access tokens would be opaque. */
const RESOURCE = 'urn:parlor:api';

export type ProviderOptions = {
  /** What browsers see, without a trailing slash. */
  origin: string;
  /** Sites that people may be sent back to after signing in or out. */
  origins: readonly string[];
  /** Opens the admin REST endpoints to a client of this secret. */
  serviceSecret?: string | undefined;
  rows: Rows;
  accounts: Accounts;
  secrets: Secrets;
  refreshTokens: RefreshTokens;
};

export function createProvider(options: ProviderOptions): Provider {
  const { origin, origins } = options;
  const provider = new Provider(`${origin}${REALM_PATH}`, configuration(options));
  // what it believes of its own address is set on each request, see `asSeenByBrowsers`
  provider.proxy = true;

  // links are places: one comes back to any page of ours, not to one registered address
  const ours = (address: string) => isOurs(address, origins);
  Object.assign(provider.Client.prototype, { redirectUriAllowed: ours, postLogoutRedirectUriAllowed: ours });

  const refreshToken = provider.RefreshToken.prototype as RefreshToken & { generateTokenId(): string };
  const random = refreshToken.generateTokenId;
  refreshToken.generateTokenId = function (this: RefreshToken) {
    const { grantId, sessionUid = grantId } = this;
    return options.refreshTokens.issue(random.call(this), Math.floor(Date.now() / 1000) + LOGIN_S, String(sessionUid));
  };
  return provider;
}

/** Links and cookies follow the configured address, whatever a request or a proxy says of it. */
export function asSeenByBrowsers(origin: string): RequestHandler {
  const { host, protocol } = new URL(origin);
  return (request, _response, next) => {
    request.headers['x-forwarded-host'] = host;
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    next();
  };
}

export function isOurs(address: string, origins: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, hash, username } = new URL(address);
  return origins.includes(origin) && hash === '' && username === '';
}

function configuration({ origins, serviceSecret, rows, accounts, secrets }: ProviderOptions): Configuration {
  return {
    adapter: adapterFactory(rows),
    jwks: { keys: [secrets.signing as never] },
    cookies: { keys: secrets.cookies },
    clients: clients(origins, serviceSecret),
    clientBasedCORS: (_ctx, site) => origins.includes(site),
    scopes: ['openid'],
    claims: { openid: ['sub', 'preferred_username'] },
    conformIdTokenClaims: false,
    extraParams: ['kc_action', 'kc_register'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    routes: {
      authorization: `${PROTOCOL_PATH}/auth`,
      token: `${PROTOCOL_PATH}/token`,
      jwks: `${PROTOCOL_PATH}/certs`,
      end_session: `${PROTOCOL_PATH}/logout`,
      userinfo: `${PROTOCOL_PATH}/userinfo`,
      revocation: `${PROTOCOL_PATH}/revoke`,
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_S,
      AuthorizationCode: 60,
      ClientCredentials: 60,
      IdToken: ACCESS_TOKEN_S,
      // Kept for anybody who asks: no longer than it takes to sign in.
      Interaction: 600,
      Session: LOGIN_S,
      Grant: LOGIN_S,
      RefreshToken: (ctx) => ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? LOGIN_S,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      clientCredentials: { enabled: serviceSecret !== undefined },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ audience: AUDIENCE, accessTokenFormat: 'jwt', scope: 'openid' }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => sendKoaPage(ctx, confirmLogoutPage(form), origins),
        postLogoutSuccessSource: (ctx) => sendKoaPage(ctx, signedOutPage(), origins),
      },
    },
    renderError: (ctx, out) => sendKoaPage(ctx, problemPage(out.error), origins),
    interactions: {
      url: (ctx, interaction) =>
        `${REALM_PATH}/login-actions/${interaction.uid}${ctx.oidc.params?.kc_register ? '?page=register' : ''}`,
    },
    async findAccount(_ctx, sub) {
      const user = await accounts.get(sub);
      if (!user?.enabled) return undefined;
      return { accountId: sub, claims: () => ({ sub, preferred_username: user.username }) };
    },
    async extraTokenClaims(_ctx, token) {
      if (token.kind !== 'AccessToken') return { typ: 'Bearer', azp: token.clientId };
      const { accountId, clientId, sessionUid } = token as AccessToken;
      const user = await accounts.get(accountId);
      return {
        typ: 'Bearer',
        azp: clientId,
        sid: sessionUid,
        preferred_username: user?.username,
        realm_access: { roles: user?.roles ?? [] },
      };
    },
    // there is nobody to consent to: the client is ours
    async loadExistingGrant(ctx) {
      const { provider, session, client } = ctx.oidc;
      if (!session?.accountId || !client) return undefined;
      const grantId = session.grantIdFor(client.clientId);
      const existing = grantId ? await provider.Grant.find(grantId) : undefined;
      if (existing?.accountId === session.accountId) return existing;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(RESOURCE, 'openid');
      await grant.save();
      return grant;
    },
  };
}

function clients(origins: readonly string[], serviceSecret: string | undefined): Configuration['clients'] {
  const home = origins.map((origin) => `${origin}/`);
  const browser = {
    client_id: BROWSER_CLIENT,
    token_endpoint_auth_method: 'none' as const,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
    redirect_uris: home,
    post_logout_redirect_uris: home,
  };
  if (serviceSecret === undefined) return [browser];
  const service = {
    client_id: SERVICE_CLIENT,
    client_secret: serviceSecret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  };
  return [browser, service];
}
