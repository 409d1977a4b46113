/**
 * What keycloak-js and a browser do together, without either: authorization code with PKCE through the
 * real pages, with cookies. For tests, against any provider on Keycloak's URL layout.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { BrowserConfig } from '#server/identity/identity.ts';

export type Tokens = { access_token: string; refresh_token: string; id_token: string; expires_in: number };
export type Page = { status: number; url: string; html: string; headers: Headers };

type Cookie = { name: string; value: string; path: string };

export type Browser = {
  /** Follows redirects until a page, or until one leads to `stopAt`. */
  open(url: string, init?: RequestInit): Promise<Page>;
  /** Opens the sign-in page, or the registration page, for someone who was going to `goingTo`. */
  start(goingTo: string, how?: 'login' | 'register'): Promise<Page>;
  /** Fills in the form of this page and sends it. */
  submit(page: Page, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Exchanges the code that came back for tokens. @throws when the page is not where one was going. */
  finish(page: Page): Promise<Tokens>;
  signIn(username: string, password: string, goingTo: string): Promise<Tokens>;
  refresh(tokens: Tokens): Promise<{ status: number; tokens: Tokens; error?: string }>;
  signOut(tokens: Tokens, goingTo: string): Promise<Page>;
  cookies: Cookie[];
};

export function createBrowser({ url, realm, clientId }: BrowserConfig): Browser {
  const endpoint = `${url}/realms/${realm}/protocol/openid-connect`;
  const cookies: Cookie[] = [];
  const attempt = { verifier: '', state: '', goingTo: '' };

  function keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const name = pair.slice(0, pair.indexOf('='));
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
      const old = cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
      if (old >= 0) cookies.splice(old, 1);
      const gone = attributes.some((each) => /^(expires=Thu, 01 Jan 1970|max-age=0$)/i.test(each));
      if (!gone) cookies.push({ name, value: pair.slice(name.length + 1), path });
    }
  }

  async function open(address: string, init: RequestInit = {}): Promise<Page> {
    const target = new URL(address);
    const fits = cookies.filter(({ path }) => `${target.pathname}/`.startsWith(path.endsWith('/') ? path : `${path}/`));
    const headers = new Headers(init.headers);
    if (fits.length > 0) headers.set('cookie', fits.map(({ name, value }) => `${name}=${value}`).join('; '));
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    keep(response);
    const location = response.headers.get('location');
    if (!location) {
      return { status: response.status, url: address, html: await response.text(), headers: response.headers };
    }
    await response.body?.cancel();
    const next = new URL(location, target).href;
    // one's own page is not served here: arriving is enough
    if (next.split('#')[0] === attempt.goingTo) {
      return { status: response.status, url: next, html: '', headers: response.headers };
    }
    return open(next);
  }

  const post = (address: string, fields: Record<string, string>) =>
    fetch(address, { method: 'POST', body: new URLSearchParams(fields) });

  const browser: Browser = {
    cookies,
    open,
    start(goingTo, how = 'login') {
      Object.assign(attempt, {
        verifier: randomBytes(48).toString('base64url'),
        state: randomBytes(16).toString('base64url'),
        goingTo,
      });
      const search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: goingTo,
        state: attempt.state,
        nonce: randomBytes(16).toString('base64url'),
        response_mode: 'fragment',
        response_type: 'code',
        scope: 'openid',
        code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      });
      return open(`${endpoint}/${how === 'login' ? 'auth' : 'registrations'}?${search}`);
    },
    submit(page, fields, headers = {}) {
      const action = page.html.match(/<form[^>]*\saction="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&');
      if (!action) throw new Error(`no form on ${page.url} (${page.status})`);
      return open(new URL(action, page.url).href, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { origin: new URL(page.url).origin, ...headers },
      });
    },
    async finish(page) {
      const { origin, pathname, search, hash } = new URL(page.url);
      const answer = new URLSearchParams(hash.slice(1));
      const code = answer.get('code');
      if (`${origin}${pathname}${search}` !== attempt.goingTo || !code || answer.get('state') !== attempt.state) {
        throw new Error(`did not arrive: ${page.status} ${page.url} ${page.html.match(/role="alert">([^<]*)/)?.[1]}`);
      }
      const response = await post(`${endpoint}/token`, {
        grant_type: 'authorization_code',
        code,
        client_id: clientId,
        redirect_uri: attempt.goingTo,
        code_verifier: attempt.verifier,
      });
      if (response.status !== 200) throw new Error(`token endpoint: ${await response.text()}`);
      return (await response.json()) as Tokens;
    },
    async signIn(username, password, goingTo) {
      return browser.finish(await browser.submit(await browser.start(goingTo), { username, password }));
    },
    async refresh({ refresh_token }) {
      const response = await post(`${endpoint}/token`, {
        grant_type: 'refresh_token',
        refresh_token,
        client_id: clientId,
      });
      const body = (await response.json()) as Tokens & { error?: string };
      return { status: response.status, tokens: body, ...(body.error && { error: body.error }) };
    },
    signOut({ id_token }, goingTo) {
      attempt.goingTo = goingTo;
      const search = new URLSearchParams({
        client_id: clientId,
        post_logout_redirect_uri: goingTo,
        id_token_hint: id_token,
      });
      return open(`${endpoint}/logout?${search}`);
    },
  };
  return browser;
}
