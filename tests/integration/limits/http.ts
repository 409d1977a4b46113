/** Floods by HTTP. */
import { JSON_BODY, shoot, times } from './shots.ts';
import type { Way } from './way.ts';
import type { World } from './world.ts';

const AUTH = '/realms/parlor/protocol/openid-connect/auth';

function signIn(world: World, state: string): string {
  const query = new URLSearchParams({
    client_id: 'parlor-web',
    redirect_uri: `${world.origin}/`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    state,
  });
  return `${AUTH}?${query}`;
}

export const HTTP: Way[] = [
  {
    way: 'POST /matchmake/joinById/{room}, without a token that counts',
    by: 'anybody',
    limit: 'joins by address and minute; the token is verified before a room is looked for',
    admits: 50,
    budget: {},
    flood: (world) =>
      shoot(
        world,
        'joins',
        times(80, (n) => ({
          path: '/matchmake/joinById/channel-lobby',
          init: { method: 'POST', body: '{}', headers: { ...JSON_BODY, authorization: n % 2 ? 'Bearer x.y.z' : '' } },
        })),
      ),
  },
  {
    way: 'GET …/openid-connect/auth',
    by: 'anybody',
    limit: 'requests by address and minute; 4 KiB of query, 1 KiB a parameter; what is kept lapses after 10 min',
    admits: 100,
    budget: { kept: 4_096, calls: 4, json: 8_192 },
    flood: (world) =>
      shoot(
        world,
        'auth',
        times(150, () => ({ path: signIn(world, 's'.repeat(1_000)) })),
      ),
  },
  {
    way: 'GET …/openid-connect/auth, with long parameters, and POST',
    by: 'anybody',
    limit: 'refused: 413, 405',
    budget: {},
    flood: (world) =>
      shoot(
        world,
        'long',
        times(60, (n) => {
          if (n % 3 === 0) return { path: AUTH, init: { method: 'POST', body: new URLSearchParams({ state: 's' }) } };
          return { path: signIn(world, 's'.repeat(n % 3 === 1 ? 1_100 : 8_000)) };
        }),
      ),
  },
  {
    way: 'GET /readyz',
    by: 'anybody',
    limit: '5 checks a second for all who ask; else the last answer',
    budget: { calls: 1 },
    flood: (world) =>
      shoot(
        world,
        'ready',
        times(200, () => ({ path: '/readyz' })),
      ),
  },
  {
    way: 'POST /backchannel-logout, not believed',
    by: 'anybody',
    limit: '60 that are refused, by address and minute; those that are believed do not count',
    admits: 60,
    budget: {},
    flood: (world) =>
      shoot(
        world,
        'back',
        times(100, () => ({ path: '/backchannel-logout', init: { method: 'POST', body: 'logout_token=x' } })),
      ),
  },
  {
    way: '/api, /apis, /openapi, without a token that counts',
    by: 'anybody',
    limit: 'requests by address and minute; the token is verified first',
    admits: 100,
    budget: {},
    flood: (world) =>
      shoot(
        world,
        'api',
        times(150, (n) => ({
          path: '/apis/parlor.dev/v1/messages',
          init: { method: 'POST', body: `{"n":${n}}`, headers: { ...JSON_BODY, authorization: 'Bearer x.y.z' } },
        })),
      ),
  },
  {
    way: 'Long paths and queries',
    by: 'anybody',
    limit: '16 KiB of headers; 512 characters of an address are logged, 200 told back',
    budget: { json: 2_048 },
    flood: (world) =>
      shoot(
        world,
        'paths',
        times(40, (n) => ({ path: `/${'p'.repeat(7_000)}?${'q'.repeat(n % 2 ? 7_000 : 1)}` })),
      ),
  },
  {
    way: 'POST matches',
    by: 'a player',
    as: 'Opens many',
    limit: '20 a minute, and 20 open at once',
    admits: 20,
    budget: { kept: 4_096, calls: 12, json: 16_384, logged: 2_048, held: 131_072 },
    async flood(world) {
      const authorization = `Bearer ${await world.token('Opens many')}`;
      const body = JSON.stringify({ apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game: 'connect-four' } });
      const path = '/apis/parlor.dev/v1/matches';
      return shoot(
        world,
        'matches',
        times(40, () => ({ path, init: { method: 'POST', body, headers: { ...JSON_BODY, authorization } } })),
      );
    },
  },
];
