/** Waits for a Keycloak that may not be there yet, and says what is wrong with the one that is. */
import { inBackground } from '#rooms/host/in-background.ts';
import type { KeycloakConfig } from '#server/config.ts';
import type { AdminApi } from '#server/identity/keycloak/admin-api.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type WatchTimes = { firstMs: number; mostMs: number };
const TIMES: WatchTimes = { firstMs: 1_000, mostMs: 30_000 };
const TIMEOUT_MS = 5_000;

export type Watch = {
  /** True since the realm was found; until then the reason, as a sentence. */
  ready(): true | string;
  stop(): void;
};

/**
 * Looks for the realm until it is found, then, until that worked once, whether Keycloak takes orders. What is there
 * later is the business of who asks: tokens under known keys are good without it.
 */
export function watchRealm(
  config: KeycloakConfig,
  { call }: AdminApi,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
  { firstMs, mostMs }: WatchTimes = TIMES,
): Watch {
  let state: true | string = 'Keycloak was not asked yet.';
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function attempt(): Promise<boolean> {
    if (state !== true) {
      const found = await findRealm(config);
      if (found !== true) {
        if (state !== found) log.warn({ reason: found }, 'identity provider unavailable; retrying');
        state = found;
        return false;
      }
      state = true;
      log.info({ issuer: `${config.url}/realms/${config.realm}` }, 'identity provider ready');
    }
    // Who may not is named in the log by the call itself.
    return call('GET', '/users?max=1').then(
      () => true,
      () => false,
    );
  }

  async function look(waitMs: number): Promise<void> {
    const had = state;
    const done = await attempt();
    if (stopped || done) return;
    // A Keycloak that starts is soon complete: each step forward is followed closely.
    const wait = had === state ? waitMs : firstMs;
    timer = setTimeout(() => start(Math.min(wait * 2, mostMs)), wait * (0.75 + Math.random() / 2));
    timer.unref();
  }
  const start = (waitMs: number) => inBackground(log, 'keycloak-watch', look(waitMs));
  start(firstMs);

  return {
    ready: () => state,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** True, or what is wrong and what to do. */
async function findRealm({ url, internalUrl, realm }: KeycloakConfig): Promise<true | string> {
  const issuer = `${url}/realms/${realm}`;
  const address = `${internalUrl}/realms/${realm}/.well-known/openid-configuration`;
  let answer: Response;
  let claimed: unknown;
  try {
    answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    claimed = ((await answer.json().catch(() => undefined)) as { issuer?: unknown } | undefined)?.issuer;
  } catch {
    return `No Keycloak answers at ${internalUrl}. Start it, or correct KEYCLOAK_URL or KEYCLOAK_INTERNAL_URL.`;
  }
  if (answer.status === 404)
    return `Keycloak at ${internalUrl} has no realm "${realm}". Import helm/realm/parlor-realm.json, or correct KEYCLOAK_REALM.`;
  if (answer.status !== 200 || typeof claimed !== 'string')
    return `What answers at ${internalUrl} is no Keycloak that is ready: ${answer.status}.`;
  if (claimed !== issuer)
    return `Keycloak signs as ${JSON.stringify(claimed)}, not as ${JSON.stringify(issuer)}. Set KEYCLOAK_URL and Keycloak's own --hostname to the address that browsers use.`;
  return true;
}
