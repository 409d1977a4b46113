import Keycloak from 'keycloak-js';

/** Who is signed in in this browser, as the provider calls them. */
export type Person = { name: string };

/** Where one signs in: `/parlor.json` says so. */
export type IdentityPlace = { url: string; realm: string; clientId: string };

/** A token that is good for at least this long is handed out as it is, seconds. */
const FRESH_S = 30;
const RETRY_MS = 2000;

/**
 * A login that lasts as long as the identity provider lets it. A refresh that fails because nobody
 * answers is tried again; only a refusal by the provider ends the login.
 */
export class Login {
  readonly person: Person;
  readonly #keycloak: Keycloak;
  readonly #ended = new Set<() => void>();

  constructor(keycloak: Keycloak) {
    const claims = keycloak.tokenParsed ?? {};
    this.#keycloak = keycloak;
    this.person = { name: String(claims.preferred_username ?? '') };
    keycloak.onTokenExpired = () => void this.token().catch(() => {});
  }

  /** An access token that is good for a while. Rejects only once the login has ended. */
  async token(): Promise<string> {
    for (;;) {
      try {
        await this.#keycloak.updateToken(FRESH_S);
      } catch {
        if (!this.#keycloak.refreshToken) {
          for (const listener of this.#ended) listener();
          throw new Error('the login has ended');
        }
        // Nobody answered, so nothing was decided. A token with a moment left still serves.
        if (this.#keycloak.isTokenExpired()) {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
      }
      return this.#keycloak.token as string;
    }
  }

  /** Calls back once the provider has said that the login is no more. */
  onEnded(listener: () => void): void {
    this.#ended.add(listener);
  }

  async signIn(): Promise<void> {
    await this.#keycloak.login({ redirectUri: whereOneIs() });
  }

  async signOut(): Promise<void> {
    await this.#keycloak.logout({ redirectUri: `${location.origin}/` });
  }
}

/** Signs in, by way of the login page where there is no login yet, and comes back to where one was going. */
export async function signIn(place: IdentityPlace): Promise<Login> {
  const keycloak = new Keycloak(place);
  await keycloak.init({
    onLoad: 'login-required',
    pkceMethod: 'S256',
    checkLoginIframe: false,
    redirectUri: whereOneIs(),
  });
  return new Login(keycloak);
}

/** Providers take no address with a fragment. */
function whereOneIs(): string {
  return location.href.replace(/#.*$/, '');
}
