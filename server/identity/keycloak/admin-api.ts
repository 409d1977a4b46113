/** Keycloak's admin REST API, spoken as the service client `parlor-server`. */
import type { KeycloakConfig } from '#server/config.ts';
import { ProviderTrouble } from '#server/identity/identity.ts';
import type { Logger } from '#server/telemetry/log.ts';

export const SERVICE_CLIENT = 'parlor-server';
const TIMEOUT_MS = 10_000;
/** A token is used up to this long before it lapses. */
const MARGIN_MS = 20_000;

/** Found, made, or one of the refusals that mean something: 400, 404, 409. */
export type Answer = { status: number; body: unknown; location: string | undefined };

export type AdminApi = {
  /** `path` lies under `/admin/realms/<realm>`. @throws ProviderTrouble */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
};

const WRONG_SECRET =
  `Keycloak does not accept the secret of client "${SERVICE_CLIENT}". Set KEYCLOAK_CLIENT_SECRET to the secret that ` +
  "the client has now, and start again. Until then play goes on, but ended logins stay in Keycloak's own list.";
const NO_RIGHTS =
  `Keycloak forbids client "${SERVICE_CLIENT}" what it needs. Give its service account the roles manage-users, ` +
  'view-users and view-realm of realm-management.';

/** Says in the log, once each, when Keycloak stops and starts to do what it is asked. */
export function createAdminApi(config: KeycloakConfig, log: Pick<Logger, 'info' | 'error'>): AdminApi {
  const { internalUrl, realm, clientSecret } = config;
  const tokenUrl = `${internalUrl}/realms/${realm}/protocol/openid-connect/token`;
  let token: { value: string; until: number } | undefined;
  let trouble = '';

  function fail(reason: string): never {
    if (trouble !== reason) log.error({ reason }, 'Keycloak administration failed');
    trouble = reason;
    throw new ProviderTrouble(reason);
  }

  async function send(url: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() =>
      fail(`No Keycloak answers at ${internalUrl}.`),
    );
    if (answer.status >= 500 || answer.status === 429) fail(`Keycloak at ${internalUrl} answers ${answer.status}.`);
    return answer;
  }

  async function authorize(): Promise<string> {
    if (token && token.until > Date.now()) return token.value;
    const credentials = { client_id: SERVICE_CLIENT, client_secret: clientSecret };
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials });
    const answer = await send(tokenUrl, { method: 'POST', body });
    if (answer.status === 404) fail(`Keycloak at ${internalUrl} has no realm "${realm}".`);
    if (answer.status !== 200) fail(WRONG_SECRET);
    const { access_token, expires_in } = (await answer.json()) as { access_token: string; expires_in: number };
    token = { value: access_token, until: Date.now() + expires_in * 1000 - MARGIN_MS };
    return access_token;
  }

  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    const ask = async () =>
      send(`${internalUrl}/admin/realms/${realm}${path}`, {
        method,
        headers: { authorization: `Bearer ${await authorize()}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    let answer = await ask();
    if (answer.status === 401) {
      // Its keys or its sessions are new ones: ours was a token of the time before.
      token = undefined;
      answer = await ask();
    }
    if (answer.status === 401) fail(WRONG_SECRET);
    if (answer.status === 403) fail(NO_RIGHTS);
    if (trouble) log.info('Keycloak administration recovered');
    trouble = '';
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') && text !== '';
    return {
      status: answer.status,
      body: isJson ? JSON.parse(text) : undefined,
      location: answer.headers.get('location') ?? undefined,
    };
  }

  return { call };
}

/** @throws ProviderTrouble when it was not done. */
export function expectDone({ status }: Answer, what: string, ...fine: number[]): void {
  if (status < 300 || fine.includes(status)) return;
  throw new ProviderTrouble(`Keycloak answers ${status} when asked to ${what}.`);
}
