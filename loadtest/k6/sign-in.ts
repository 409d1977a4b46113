/** From an account to access tokens: by a token made beforehand, or by the provider's own pages with PKCE. */
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import http from 'k6/http';
import { ORIGIN, type Person } from './place.ts';

/** What `ACCOUNTS` holds: with a token that lasts for the run, or with a password. */
export type Account = { username: string; token: string } | { username: string; password: string };
type Tokens = { access_token: string; refresh_token: string; expires_in: number };

/** A token is exchanged for the next one so long before its end. */
const FRESH_MS = 60_000;

export async function personOf(account: Account): Promise<Person> {
  const { username: name } = account;
  if ('token' in account) return { name, token: async () => account.token };
  const provider = endpointsOf(http.get(`${ORIGIN}/parlor.json`, { tags: { name: 'parlor.json' } }).json() as never);
  let tokens = signIn(provider, account);
  let until = Date.now() + tokens.expires_in * 1000;
  return {
    name,
    async token() {
      if (Date.now() > until - FRESH_MS) {
        tokens = redeem(provider, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
        until = Date.now() + tokens.expires_in * 1000;
      }
      return tokens.access_token;
    },
  };
}

type Provider = { base: string; clientId: string };

function endpointsOf({ identity }: { identity: { url: string; realm: string; clientId: string } }): Provider {
  const { url, realm, clientId } = identity;
  return { base: `${url}/realms/${realm}/protocol/openid-connect`, clientId };
}

/** Fills in the form, as a browser would; nothing else runs in this virtual user yet, so that it may block. */
function signIn(provider: Provider, { username, password }: { username: string; password: string }): Tokens {
  const verifier = encoding.b64encode(crypto.randomBytes(48), 'rawurl');
  const query = form({
    client_id: provider.clientId,
    redirect_uri: `${ORIGIN}/`,
    response_type: 'code',
    response_mode: 'query',
    scope: 'openid',
    state: encoding.b64encode(crypto.randomBytes(12), 'rawurl'),
    code_challenge: crypto.sha256(verifier, 'base64rawurl'),
    code_challenge_method: 'S256',
  });
  const page = http.get(`${provider.base}/auth?${query}`, { tags: { name: 'sign-in page' } });
  const action = /<form[^>]*\saction="([^"]+)"/.exec(String(page.body))?.[1]?.split('&amp;').join('&');
  if (!action) throw new Error(`the sign-in page of ${username} has no form (${page.status})`);
  const url = /^https?:/.test(action) ? action : `${/^https?:\/\/[^/]+/.exec(page.url)?.[0]}${action}`;
  const headers = { origin: /^https?:\/\/[^/]+/.exec(url)?.[0] ?? '' };
  const fields = { username, password };
  let answer = http.post(url, fields, { redirects: 0, headers, tags: { name: 'sign-in' } });
  for (let hop = 0; hop < 5; hop++) {
    const next = String(answer.headers.Location ?? '');
    const code = /[?&]code=([^&]+)/.exec(next)?.[1];
    if (code) {
      const grant = { grant_type: 'authorization_code', code, redirect_uri: `${ORIGIN}/`, code_verifier: verifier };
      return redeem(provider, grant);
    }
    if (next === '') break;
    const onward = /^https?:/.test(next) ? next : `${/^https?:\/\/[^/]+/.exec(url)?.[0]}${next}`;
    answer = http.get(onward, { redirects: 0, tags: { name: 'sign-in' } });
  }
  throw new Error(`${username} could not sign in: ${answer.status}`);
}

function redeem({ base, clientId }: Provider, grant: Record<string, string>): Tokens {
  const answer = http.post(`${base}/token`, { client_id: clientId, ...grant }, { tags: { name: 'token' } });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${String(answer.body).slice(0, 200)}`);
  return answer.json() as Tokens;
}

function form(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}
