/**
 * What Kubernetes clients can send, over every route: it has its effect, or it is refused by name. Nothing is
 * accepted and ignored. `EFFECTS` says what each input that is accepted must do; who accepts more says so here.
 */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi, type TestApi } from '#server/testing/api.ts';
import { INPUTS, type Input, type Verb } from '#server/testing/kubernetes-inputs.ts';

const API = '/apis/parlor.dev/v1';

let api: TestApi;
let root: Awaited<ReturnType<TestApi['signIn']>>;
beforeAll(async () => {
  api = await openApi({ PARLOR_REQUESTS_PER_MINUTE: '1000000' });
  root = await api.signIn({ name: 'Root', roles: ['admin'] });
  await api.signIn({ name: 'Ada' });
  for (let n = 0; n < 2; n++) for (const resource of ['matches', 'messages', 'bans', 'mutes']) await created(resource);
});
afterAll(() => api.close());

type Answer = { code: number; headers: NodeJS.Dict<string | string[]>; text: string; body: Record<string, unknown> };

/** Unlike fetch: any header, and a body with any method. */
function send(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: unknown) {
  return new Promise<Answer>((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const type = text && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
    const all = { authorization: `Bearer ${root.token}`, host: 'parlor.test:1', ...(type || {}), ...headers };
    const asked = request(api.url + path, { method, headers: all }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const json = text.startsWith('{') ? JSON.parse(text) : {};
        resolve({ code: response.statusCode ?? 0, headers: response.headers, text, body: json });
      });
    });
    asked.on('error', reject).end(text);
  });
}

let made = 0;
const order = (kind: string, spec: object) => ({ apiVersion: 'parlor.dev/v1', kind, spec });
const SOON = new Date(Date.now() + 3_600_000).toISOString();
/** What a POST carries, by resource or subresource: one that creates and is not here fails. */
const MAKE: Record<string, () => object> = {
  messages: () => order('Message', { channel: 'lobby', text: `m${made++}` }),
  matches: () => order('Match', { game: 'connect-four' }),
  channels: () => ({ ...order('Channel', { title: 'Chess' }), metadata: { name: `chess-${made++}` } }),
  monitorpasses: () => order('MonitorPass', {}),
  bans: () => order('Ban', { player: `victim-${made++}`, endsAt: SOON }),
  mutes: () => order('Mute', { channel: 'lobby', player: `victim-${made++}`, endsAt: SOON }),
  'players/password': () => order('Password', {}),
  'rooms/retry': () => ({}),
};
/** The name of something that may be deleted: likewise. */
const FRESH: Record<string, () => Promise<string>> = {
  sessions: async () => (await api.signIn({ name: `Guest ${made++}` })).session,
  players: async () => (await api.signIn({ name: `Guest ${made++}` })).player,
  bans: () => created('bans'),
  messages: () => created('messages'),
  mutes: () => created('mutes'),
  matches: () => created('matches'),
  channels: () => created('channels'),
  rooms: async () => {
    const name = `m-broken-${made++}`;
    api.quarantined.add(name);
    return name;
  },
};
/** What a PATCH carries, by resource: likewise. */
const PATCH: Record<string, object> = { players: { spec: { enabled: true } } };

async function created(resource: string): Promise<string> {
  const answer = await send('POST', `${API}/${resource}`, {}, await orderOf(resource));
  expect([resource, answer.code]).toEqual([resource, 201]);
  return (answer.body as { metadata: { name: string } }).metadata.name;
}

/** Of somebody who is there: nobody else can be banned. */
async function orderOf(resource: string): Promise<object> {
  const made = (MAKE[resource] as () => { spec?: { player?: string } })();
  if (resource === 'bans' && made.spec) made.spec.player = (await FRESH.players?.()) ?? '';
  return made;
}

/** `again` sends it with what the input adds; `path` is of the one object where there is one. */
type Route = { id: string; verb: Verb; method: string; path: string; body?: unknown };

async function routes(): Promise<Route[]> {
  const { resources } = (await send('GET', API)).body as { resources: { name: string; verbs: string[] }[] };
  const found: Route[] = [
    '/version',
    '/api',
    '/apis',
    '/apis/parlor.dev',
    API,
    '/openapi/v3',
    '/openapi/v3/apis/parlor.dev/v1',
  ].map((path) => ({ id: path, verb: 'discovery', method: 'GET', path }));
  for (const { name, verbs } of resources) {
    const [resource = '', part] = name.split('/');
    const one = part ? `${API}/${resource}/${resource === 'rooms' ? 'm-broken' : await anyOf(resource)}/${part}` : '';
    for (const verb of verbs as Verb[]) {
      const id = `${verb} ${name}`;
      if (verb === 'list')
        found.push({ id, verb, method: 'GET', path: `${API}/${resource}${SELECTED[resource] ?? ''}` });
      if (verb === 'get')
        found.push({ id, verb, method: 'GET', path: one || `${API}/${resource}/${await anyOf(resource)}` });
      if (verb === 'create') found.push({ id, verb, method: 'POST', path: one || `${API}/${resource}` });
      if (verb === 'patch')
        found.push({ id, verb, method: 'PATCH', path: `${API}/${resource}/${await anyOf(resource)}` });
      if (verb === 'delete') found.push({ id, verb, method: 'DELETE', path: `${API}/${resource}` });
    }
  }
  return found;
}
const SELECTED: Record<string, string> = {
  messages: '?labelSelector=channel%3Dlobby',
  mutes: '?labelSelector=channel%3Dlobby',
};

async function anyOf(resource: string): Promise<string> {
  const { items } = (await send('GET', `${API}/${resource}${SELECTED[resource] ?? ''}`)).body as Listing;
  return items.at(-1)?.metadata.name ?? 'none';
}
type Listing = { items: { metadata: { name: string } }[]; metadata: { continue?: string } };

/** One request of its own: an object of its own for a delete, a body that is valid for a create. */
async function prepared({ verb, method, path, id }: Route, input?: Input) {
  const resource = id.split(' ')[1] ?? '';
  const to = verb === 'delete' ? `${path}/${await (FRESH[resource] as () => Promise<string>)()}` : path;
  const query = input && 'query' in input ? `${to.includes('?') ? '&' : '?'}${input.query}` : '';
  const base = verb === 'create' ? await orderOf(resource) : verb === 'patch' ? PATCH[resource] : undefined;
  const given = input && 'body' in input ? input.body : undefined;
  const body = base ? { ...base, ...(given as object) } : given;
  const type: Record<string, string> = verb === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {};
  const headers = { ...type, ...(input && 'headers' in input && input.headers) };
  return {
    to,
    go: (more: Readonly<Record<string, string>> = {}) => send(method, to + query, { ...headers, ...more }, body),
  };
}

const gone = async (path: string) => (await send('GET', path)).code === 404;
type Effect = (got: Answer, base: Answer, again: Awaited<ReturnType<typeof prepared>>, route: Route) => unknown;
const same: Effect = (got, base) => got.code === base.code && got.body.kind === base.body.kind;
const deletes: Effect = async (got, _base, { to }) => got.code === 200 && (await gone(to));
const keeps: Effect = async (got, _base, { to }) => got.code === 200 && !(await gone(to));
/** Of what is no list and no object there is none. */
const table: Effect = (got, base, again, route) =>
  route.id.includes('/') ? same(got, base, again, route) : got.code < 300 && got.body.kind === 'Table';

/** By `verb: query`, `verb: header value` or `verb: body`, `*` for every verb: what it does. */
const EFFECTS: Record<string, Effect> = {
  // these ask for what is so anyway
  '*: watch=false': same,
  '*: watch=0': same,
  '*: pretty=false': same,
  '*: timeout=30s': same,
  '*: timeout=1m30s': same,
  'list: resourceVersion=0': same,
  'get: resourceVersion=0': same,
  'list: limit=0': same,
  'list: timeoutSeconds=30': same,
  'list: minSeq=0': same,
  'list: includeObject=Metadata': same,
  'create: fieldValidation=Strict': same,
  'delete: gracePeriodSeconds=0': deletes,
  'delete: propagationPolicy=Background': deletes,
  'delete: propagationPolicy=Foreground': deletes,
  // these do something
  '*: pretty=true': (got, base) => got.text.includes('\n') && !base.text.includes('\n'),
  'list: limit=1': ({ body }, base) => {
    const [few, all] = [body as Listing, base.body as Listing];
    return few.items.length === 1 && all.items.length > 1 && few.metadata.continue !== undefined;
  },
  // the channel of messages stands at 2 or more, and not at this
  'list: resourceVersion=1': same,
  'get: resourceVersion=1': same,
  'get: resourceVersion=999999': ({ code }) => code === 504,
  'list: resourceVersion=999999': ({ code }) => code === 504,
  'patch: fieldValidation=Strict': same,
  'patch: fieldManager=walker': () => api.audited.at(-1)?.manager === 'walker',
  'create: fieldManager=walker': () => api.audited.at(-1)?.manager === 'walker',
  'delete: dryRun=All': keeps,
  '*: If-None-Match "never"': async ({ headers }, _base, { go }) =>
    (await go({ 'If-None-Match': String(headers.etag) })).code === 304,
  'create: Idempotency-Key walk-1': async (got, _base, { go }) =>
    JSON.stringify((await go()).body.metadata) === JSON.stringify(got.body.metadata),
  '*: Accept application/json;as=Table;v=v1;g=meta.k8s.io': table,
  'list: Accept application/json;as=Table;v=v1;g=meta.k8s.io,application/json': table,
  'get: Accept application/json;as=Table;v=v1;g=meta.k8s.io,application/json': table,
  'create: Accept application/json;as=Table;v=v1;g=meta.k8s.io,application/json': table,
  'patch: Accept application/json;as=Table;v=v1;g=meta.k8s.io,application/json': table,
  'patch: Content-Type application/merge-patch+json': same,
  // the client has a second choice, and gets it
  '*: Accept application/json;as=Table;v=v1;g=meta.k8s.io,application/json': same,
  '*: Accept application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json': same,
  '*: Accept application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io,application/json': same,
  '*: Accept application/vnd.kubernetes.protobuf,application/json': same,
  '*: Accept */*': same,
  // there is no body to be of another type
  'delete: Content-Type application/vnd.kubernetes.protobuf': deletes,
};
for (const type of [
  'yaml',
  'cbor',
  'merge-patch+json',
  'json-patch+json',
  'strategic-merge-patch+json',
  'apply-patch+yaml',
])
  EFFECTS[`delete: Content-Type application/${type}`] = deletes;
EFFECTS['delete: Content-Type text/plain'] = deletes;
const body = (one: object) => `delete: ${JSON.stringify({ kind: 'DeleteOptions', apiVersion: 'v1', ...one })}`;
EFFECTS[body({})] = deletes;
EFFECTS[body({ apiVersion: 'meta.k8s.io/v1' })] = deletes;
EFFECTS[body({ gracePeriodSeconds: 0 })] = deletes;
EFFECTS[body({ propagationPolicy: 'Background' })] = deletes;
EFFECTS[body({ dryRun: ['All'] })] = keeps;

function saying(input: Input): string {
  if ('query' in input) return decodeURIComponent(input.query);
  if ('body' in input) return JSON.stringify(input.body);
  return Object.entries(input.headers).flat().join(' ');
}

/** Refused for it: the answer names it, or says that its media type is not spoken. */
function isRefused({ code, text, body }: Answer, { name }: Input): boolean {
  if (code < 400 || code >= 500 || body.kind !== 'Status') return false;
  if (name === 'Accept') return code === 406;
  if (name === 'Content-Type') return code === 415;
  if (name === 'watch' && code === 405) return true;
  const causes = (body as { details?: { causes?: { field?: string }[] } }).details?.causes ?? [];
  const isWithin = causes.some(({ field }) => field && name.startsWith(`${field}.`));
  return isWithin || text.toLowerCase().includes(name.toLowerCase());
}

it('[R21] a continue token is accepted by the list that issued it and refused by every other', async () => {
  const lists = (await routes()).filter(({ verb }) => verb === 'list').map(({ path }) => path);
  const narrowed = ['matches', 'sessions', 'rooms'].map(
    (resource) => `${API}/${resource}?labelSelector=${NARROW[resource]}`,
  );
  const page = (path: string, more: string) => send('GET', `${path}${path.includes('?') ? '&' : '?'}${more}`);
  const wrong: string[] = [];
  for (const from of lists) {
    const { metadata, items } = (await page(from, 'limit=1')).body as Listing;
    const more = await page(from, `limit=500&continue=${metadata.continue}`);
    const rest = (more.body as Listing).items ?? [];
    if (items.length + rest.length < 2) wrong.push(`${from} does not go on: ${more.text.slice(0, 200)}`);
    for (const to of [...lists, ...narrowed].filter((other) => other !== from)) {
      const { code, text } = await page(to, `continue=${metadata.continue}`);
      if (code !== 400 || !text.includes('"field":"continue"')) wrong.push(`${to} takes a token of ${from}: ${code}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(lists.length).toBeGreaterThan(8);
});
const NARROW: Record<string, string> = { matches: 'phase=waiting', sessions: 'player=x', rooms: 'phase=live' };

it('[R16] every known input of Kubernetes clients takes effect or is refused by name, at every route', async () => {
  const ignored: string[] = [];
  let [asked, refused] = [0, 0];
  for (const route of await routes()) {
    const base = await (await prepared(route)).go();
    expect([route.id, base.code, base.body.message]).toEqual([
      route.id,
      expect.toSatisfy((code) => code < 300 || route.id === 'create rooms/retry'),
      base.body.message,
    ]);
    for (const input of INPUTS) {
      if (input.verbs && !input.verbs.includes(route.verb)) continue;
      const one = await prepared(route, input);
      const got = await one.go();
      asked++;
      if (isRefused(got, input)) {
        refused++;
        if (route.verb === 'delete')
          expect([route.id, saying(input), await gone(one.to)]).toEqual([route.id, saying(input), false]);
        continue;
      }
      const effect = EFFECTS[`${route.verb}: ${saying(input)}`] ?? EFFECTS[`*: ${saying(input)}`];
      if (!effect || !(await effect(got, base, one, route)))
        ignored.push(`${route.id}: ${saying(input)} -> ${got.code}`);
    }
  }
  expect(ignored).toEqual([]);
  expect([asked > 1500, refused > 1000]).toEqual([true, true]);
}, 60_000);
