/** Floods of the API by those who are signed in, and of what only operators may. */
import { JSON_BODY, type Shot, shoot, times } from './shots.ts';
import type { Way } from './way.ts';
import type { World } from './world.ts';

const API = '/apis/parlor.dev/v1';
const LONG = 'q'.repeat(6_000);

const bearer = async (world: World, name: string) => ({ authorization: `Bearer ${await world.token(name)}` });
const body = (kind: string, rest: object) => JSON.stringify({ apiVersion: 'parlor.dev/v1', kind, ...rest });

const RESOURCES = ['players', 'matches', 'rooms', 'channels', 'stats', 'games', 'messages'];
const QUERIES = [
  'limit=999999999999999',
  'limit=-1',
  `continue=${LONG}`,
  `continue=${Buffer.from(JSON.stringify({ list: 'players?', cursor: { rank: 1e308, at: -1, id: 'x'.repeat(3_000) } })).toString('base64url')}`,
  `labelSelector=${LONG}`,
  `labelSelector=${Array.from({ length: 400 }, (_, n) => `room=m-${n}`).join(',')}`,
  'labelSelector=channel=lobby&limit=500',
  `labelSelector=channel in (${LONG.slice(0, 3_000)})`,
  `fieldSelector=${LONG}`,
  `${LONG}=1`,
  Array.from({ length: 1_000 }, (_, n) => `a${n}=1`).join('&'),
  'minSeq=999999999999999',
  'resourceVersion=999999999999999&timeout=1ms',
  'pretty=true&limit=500',
];

/** What operators do to people, talk and matches: to nobody, to everything, and with bodies of every kind. */
function verbs(headers: Record<string, string>): Shot[] {
  const shot = (method: string, path: string, text?: string, type = 'application/json'): Shot => ({
    path: `${API}/${path}`,
    init: { method, headers: { ...headers, 'content-type': type }, ...(text !== undefined && { body: text }) },
  });
  const patch = (path: string, text: string) => shot('PATCH', path, text, 'application/merge-patch+json');
  const far = '2100-01-01T00:00:00Z';
  return [
    patch('players/nobody', body('Player', { spec: { enabled: false } })),
    patch('players/nobody', body('Player', { spec: { enabled: 'x'.repeat(20_000) } })),
    patch('players/nobody', '['.repeat(20_000)),
    patch(`players/${LONG}`, body('Player', { spec: { enabled: true } })),
    shot('DELETE', 'players/nobody'),
    shot('DELETE', 'players/nobody', body('DeleteOptions', { dryRun: ['All'], [LONG]: 1 })),
    shot('DELETE', `players/${LONG}`),
    shot('POST', 'players/nobody/password', body('Password', { spec: { password: LONG } })),
    shot('POST', 'bans', body('Ban', { spec: { player: 'nobody', endsAt: far } })),
    shot('POST', 'bans', body('Ban', { spec: { player: LONG, endsAt: LONG } })),
    shot('DELETE', `bans/${LONG}`),
    shot('DELETE', 'messages/lobby.999999'),
    shot('DELETE', `messages/${LONG}`),
    shot('POST', 'mutes', body('Mute', { spec: { player: 'nobody', channel: LONG, endsAt: far } })),
    shot('DELETE', 'matches/m-nowhere'),
    shot('DELETE', `matches/${LONG}`),
    shot('POST', 'rooms/m-nowhere/retry', '{}'),
  ];
}

const repeated = (shots: readonly Shot[], count: number) => times(count, (n) => shots[n % shots.length] as Shot);

export const API_OF: Way[] = [
  {
    way: 'GET …/{resource}, with hostile selectors, limits and continue tokens',
    by: 'a player',
    as: 'Asks much',
    limit:
      'requests by player and minute; 500 objects a page; a parameter that has no effect is refused before a resource is asked',
    admits: 100,
    budget: { json: 16_384, answered: 8_192, calls: 3 },
    async flood(world) {
      const headers = await bearer(world, 'Asks much');
      return shoot(
        world,
        'lists',
        times(140, (n) => {
          const query = QUERIES[n % QUERIES.length] as string;
          return { path: `${API}/${RESOURCES[n % RESOURCES.length]}?${encodeURI(query)}`, init: { headers } };
        }),
      );
    },
  },
  {
    way: 'Verbs of operators, by a player without the right',
    by: 'a player',
    as: 'Has no rights',
    limit:
      'requests by player and minute; who may is decided before the body is read; what a channel has to decide is an entry of its log',
    admits: 100,
    budget: { json: 2_048, kept: 1_024, logged: 2_048, calls: 1 },
    flood: async (world) => shoot(world, 'no rights', repeated(verbs(await bearer(world, 'Has no rights')), 136)),
  },
  {
    way: 'Headers that would act for somebody else',
    by: 'a player',
    as: 'Impersonates',
    limit: 'refused by name, before the token is verified; requests by address and minute',
    admits: 100,
    budget: { json: 2_048 },
    async flood(world) {
      const headers = await bearer(world, 'Impersonates');
      const names = [
        'Impersonate-User',
        'Impersonate-Group',
        `Impersonate-Extra-${'x'.repeat(3_000)}`,
        'X-HTTP-Method-Override',
      ];
      return shoot(
        world,
        'impersonates',
        times(140, (n) => ({
          path: `${API}/players/me`,
          init: { headers: { ...headers, [names[n % names.length] as string]: 'admin' } },
        })),
      );
    },
  },
  {
    way: '/monitor, without a pass',
    by: 'anybody',
    limit: 'requests by address and minute; a pass is looked for in memory before anything else',
    admits: 100,
    budget: { json: 2_048 },
    flood: (world) =>
      shoot(
        world,
        'monitor',
        times(120, (n) => ({
          path: ['/monitor/', '/monitor/api', `/monitor/api/room?roomId=${LONG}`, '/monitor/api/room/call'][
            n % 4
          ] as string,
          init: { headers: { cookie: `parlor-monitor=${'x'.repeat(n % 2 ? 43 : 3_000)}` } },
        })),
      ),
  },
  {
    way: '/monitor, with a pass',
    by: 'an administrator',
    as: 'admin',
    limit: 'requests by address and minute; reads only',
    admits: 100,
    budget: { json: 16_384, answered: 16_384, calls: 3, logged: 2_048 },
    async flood(world) {
      const headers = { ...(await bearer(world, 'admin')), ...JSON_BODY };
      // An address of its own; what the administrator asked before counts by player.
      const made = await world.request('passes', `${API}/monitorpasses`, {
        method: 'POST',
        headers,
        body: body('MonitorPass', {}),
      });
      const cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      return shoot(
        world,
        'monitor of an administrator',
        times(140, (n) => ({
          path: [
            '/monitor/',
            '/monitor/api',
            `/monitor/api/room?roomId=${LONG}`,
            '/monitor/api/room?roomId=channel-lobby',
          ][n % 4] as string,
          init: { headers: { cookie } },
        })),
      );
    },
  },
  {
    way: 'Verbs of operators, by an administrator',
    by: 'an administrator',
    as: 'admin',
    limit:
      'requests by player and minute; 64 KiB; each is audited; what a channel has to decide is an entry of its log',
    admits: 100,
    budget: { json: 4_096, kept: 1_024, logged: 2_048, calls: 3 },
    flood: async (world) => shoot(world, 'operator', repeated(verbs(await bearer(world, 'admin')), 136)),
  },
];
