/** The provider that the configuration asks for. */
import type { Config } from '#server/config.ts';
import { createEmbeddedIdentity } from '#server/identity/embedded/embedded.ts';
import type { Rows } from '#server/identity/embedded/rows.ts';
import type { IdentityProvider } from '#server/identity/identity.ts';
import { createKeycloakIdentity } from '#server/identity/keycloak/keycloak.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** `rows` is where the embedded one keeps its people. A Keycloak need not be there yet. */
export async function openIdentity(config: Config, rows: Rows, log: Logger): Promise<IdentityProvider> {
  if (config.keycloak) return createKeycloakIdentity(config.keycloak, log);
  return createEmbeddedIdentity({
    rows,
    origin: config.origin,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.trustedProxies,
    production: config.production,
    allowInProduction: config.allowEmbeddedIdentity,
    log,
  });
}
