import Keycloak from 'keycloak-js';
import { DEVICE, type DeviceClocks } from '#client/clock.ts';
import { Refusal } from '#client/net/rest.ts';
import { pause } from '#client/net/wait.ts';

/** What is asked of the library. */
type Provider = Pick<Keycloak, 'token' | 'tokenParsed' | 'refreshToken' | 'updateToken' | 'login' | 'logout'> &
  Pick<Keycloak, 'onTokenExpired' | 'onAuthRefreshSuccess'>;

/** Who is signed in in this browser, as the provider calls them. */
export type Person = { name: string };

/** Where one signs in: `/parlor.json` says so. */
export type IdentityPlace = { url: string; realm: string; clientId: string };

/** A token that is good for at least this long is handed out as it is. */
const FRESH_MS = 30_000;
/** What the library takes for "whatever the clock says". */
const ALWAYS = -1;
const RETRY_MS = 2000;

/**
 * A login that lasts as long as the identity provider lets it. A refresh that fails because nobody
 * answers is tried again; only a refusal by the provider ends the login.
 */
export class Login {
  readonly person: Person;
  readonly #keycloak: Provider;
  readonly #clocks: DeviceClocks;
  #receivedAt: number;
  readonly #login: string;
  readonly #pages = new BroadcastChannel('parlor-sign-out');
  #signedOutHere = false;
  #renewing: Promise<boolean> | undefined;
  readonly #ended = new Set<() => void>();

  constructor(keycloak: Provider, clocks: DeviceClocks = DEVICE) {
    const claims = keycloak.tokenParsed ?? {};
    this.#keycloak = keycloak;
    this.#clocks = clocks;
    this.#receivedAt = clocks.ticks();
    this.#login = String(claims.sid ?? '');
    this.#pages.onmessage = ({ data }) => {
      this.#signedOutHere ||= data === this.#login;
    };
    this.person = { name: String(claims.preferred_username ?? '') };
    keycloak.onAuthRefreshSuccess = () => {
      this.#receivedAt = clocks.ticks();
    };
    keycloak.onTokenExpired = () => {
      this.token().catch(() => {});
    };
  }

  /** As the token has them. */
  get roles(): readonly string[] {
    return this.#keycloak.tokenParsed?.realm_access?.roles ?? [];
  }

  /** See `Tokens`. How old a token is, is counted since it was received: the device's wall clock may be set meanwhile. */
  async token(refused?: string): Promise<string> {
    for (;;) {
      const { token } = this.#keycloak;
      const taken = token !== undefined && token !== refused;
      if (taken && this.#left() > FRESH_MS) return token;
      if (await this.#renewed()) return this.#keycloak.token as string;
      // The provider did not answer, so nothing was decided. A token that has not lapsed still serves.
      if (taken && this.#left() > 0) return token;
      await pause(RETRY_MS);
    }
  }

  /** False when the provider did not answer. However many ask, it is asked once at a time. */
  #renewed(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(): Promise<boolean> {
    try {
      await this.#keycloak.updateToken(ALWAYS);
      return true;
    } catch {
      if (this.#keycloak.refreshToken) return false;
      for (const listener of this.#ended) listener();
      throw new Error('the login has ended');
    }
  }

  /** Ms of its life that the token has left. */
  #left(): number {
    const { exp = 0, iat = 0 } = this.#keycloak.tokenParsed ?? {};
    return (exp - iat) * 1000 - (this.#clocks.ticks() - this.#receivedAt);
  }

  /** Signed out by its owner, on this page or another one of this browser. */
  get signedOutHere(): boolean {
    return this.#signedOutHere;
  }

  /** Calls back once the provider has said that the login is no more. */
  onEnded(listener: () => void): void {
    this.#ended.add(listener);
  }

  async signIn(): Promise<void> {
    await this.#keycloak.login({ redirectUri: whereOneIs() });
  }

  /** The other pages of this browser are told: the end that they hear of is then no riddle. */
  async signOut(): Promise<void> {
    this.#pages.postMessage(this.#login);
    await this.#keycloak.logout({ redirectUri: `${location.origin}/` });
  }
}

/** The provider refused, in its own words. */
export class SignInFailed extends Error {}

/** What the library throws: an answer that was no success, what the provider sent back with, or what `fetch` threw. */
type LibraryError = { response?: Response; error?: string; error_description?: string; message?: string };

/** One for want of an answer is tried again. */
function signInError(thrown: unknown): Error {
  const { response, error, error_description, message } = (thrown ?? {}) as LibraryError;
  // `fetch` throws a TypeError when the server does not answer, and nothing else here does.
  if (thrown instanceof TypeError || (response?.status ?? 0) >= 500) return new Refusal(0, String(message));
  return new SignInFailed([error, error_description, message].filter(Boolean).join(': ') || String(thrown));
}

/** Signs in, by way of the login page where there is no login yet, and comes back to where one was going. */
export async function signIn(place: IdentityPlace): Promise<Login> {
  const keycloak = new Keycloak(place);
  const options = { onLoad: 'login-required', pkceMethod: 'S256', checkLoginIframe: false } as const;
  await keycloak.init({ ...options, redirectUri: whereOneIs() }).catch((error) => {
    throw signInError(error);
  });
  return new Login(keycloak);
}

/** Providers take no address with a fragment. */
function whereOneIs(): string {
  return location.href.replace(/#.*$/, '');
}
