import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROLES, VERBS } from '#server/authz/roles.ts';
import { authorizerOf, DECLARATIONS, ENTRIES } from '#server/resources/all.ts';
import { type Asked, type Facts, serve } from '#server/resources/resource.ts';
import { openApi, type TestApi } from '#server/testing/api.ts';
import { notes } from '#server/testing/notes.ts';

const LETTERS = { spectator: 'S', player: 'P', moderator: 'M', loadtest: 'L', admin: 'A' } as const;
const ALL = [...DECLARATIONS, notes];

let api: TestApi;
beforeAll(async () => {
  api = await openApi({}, undefined, undefined, ALL);
});
afterAll(() => api.close());

/** What can be asked about, with the verbs that a route serves. */
function rowsOf(one: Asked & Partial<Facts>): [string, readonly string[]][] {
  const { plural, verbs = [], asked = {}, subresources = {} } = one;
  return [
    [plural, verbs],
    ...Object.entries(subresources).map(([name, part]): [string, readonly string[]] => [
      `${plural}/${name}`,
      part.verbs,
    ]),
    ...Object.keys(asked).map((name): [string, readonly string[]] => [`${plural}/${name}`, []]),
  ];
}

/** Who may do what. In brackets: a question that something else than a route of that name asks. */
function tableOf(declarations: readonly Facts[]): string {
  const may = authorizerOf(declarations);
  const rows = [...declarations, ...ENTRIES].flatMap(rowsOf).map(([where, served]) => {
    const [resource = '', subresource] = where.split('/');
    const cells = VERBS.map((verb) => {
      const allowed = ROLES.filter(
        (role) =>
          may({ user: { player: 'p', roles: [role] }, verb, resource, ...(subresource && { subresource }) }).allowed,
      );
      const letters = allowed.map((role) => LETTERS[role]).join('');
      return served.includes(verb) ? letters : letters === 'A' ? '-' : `(${letters})`;
    });
    return [where, ...cells];
  });
  const lines = [['', ...VERBS], ...rows].map(([where = '', ...cells]) =>
    [where.padEnd(18), ...cells.map((cell) => cell.padEnd(7))].join(' ').trimEnd(),
  );
  return lines.join('\n');
}

const page = (table: string, lists: string) => `# Who may do what

Written by \`server/resources/declarations.test.ts\` from the declarations of the resources; \`vitest -u\` writes it anew.
S spectator, P player, M moderator, L loadtest, A admin. A dash is no route, and no rule but the administrator's. In
brackets: no route of that name, but a question that joins, commands and pages ask.

${'```'}
${table}
${'```'}

## Kinds

${'```'}
${lists}
${'```'}
`;

function kindsOf(declarations: readonly Facts[]): string {
  const rows = declarations.map(({ plural, kind, group, storage }) => [
    kind,
    plural,
    `${group.name}/${group.version}`,
    storage,
  ]);
  return rows
    .map((cells) =>
      cells
        .map((cell) => cell.padEnd(14))
        .join(' ')
        .trimEnd(),
    )
    .join('\n');
}

it('[A2] every combination of verb, resource and role has its expected decision', async () => {
  expect(Object.keys(LETTERS)).toEqual(ROLES);
  await expect(page(tableOf(DECLARATIONS), kindsOf(DECLARATIONS))).toMatchFileSnapshot('../../docs/access.md');
});

it('[A5] a default rule is about a verb that is served, or about a part that is declared', () => {
  for (const one of DECLARATIONS)
    for (const { verbs, part, roles } of one.rules) {
      const served = part === undefined ? one.verbs : one.subresources?.[part]?.verbs;
      const known: readonly string[] = served ?? (Object.hasOwn(one.asked ?? {}, part ?? '') ? VERBS : []);
      expect(known, `${one.plural}/${part ?? ''} to ${roles}`).toEqual(expect.arrayContaining([...verbs]));
    }
  const plurals = [...DECLARATIONS, ...ENTRIES].map(({ plural }) => plural);
  expect(plurals).toEqual([...new Set(plurals)]);
});

it('[A5] a declaration that does not serve what it declares is not opened', () => {
  const short = { ...notes, verbs: ['list', 'get', 'create', 'delete'] } as const;
  expect(() => serve(short, {})).toThrow('notes declares [list, get, create, delete] and serves [list, get, create]');
  const parts = { ...notes, subresources: { log: { kind: 'Log', schema: notes.schema, verbs: ['get'] } } } as const;
  expect(() => serve(parts, {})).toThrow('notes declares [log] and serves []');
});

it('[R23] a resource is its declaration and a place in the list: everything else follows', async () => {
  const player = await api.signIn({ name: 'Ada' });
  const spectator = await api.signIn({ name: 'Sid', roles: ['spectator'] });
  const ask = async (path: string, { token } = player, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers };
    const response = await fetch(api.url + path, { ...init, headers });
    return { code: response.status, body: await response.json() };
  };
  const path = '/apis/notes.example/v2/notes';
  const note = { apiVersion: 'notes.example/v2', kind: 'Note', metadata: { name: 'n1' }, spec: { text: 'hello' } };
  const post = { method: 'POST', body: JSON.stringify(note) };

  expect((await ask(path, player, post)).code).toBe(201);
  expect((await ask(path, spectator, post)).code).toBe(403);
  expect(
    (await ask(path, player, { method: 'POST', body: '{"kind":"Note"}' })).body.details.causes[0].field,
  ).toBeTruthy();
  expect((await ask(`${path}/n1`, spectator)).body).toEqual(note);
  expect((await ask(path)).body).toMatchObject({ apiVersion: 'notes.example/v2', kind: 'NoteList', items: [note] });
  expect((await ask(`${path}/n1`, player, { method: 'DELETE' })).code).toBe(403);
  const asTable = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
  expect((await ask(path, player, asTable)).body.rows[0].cells.slice(0, 2)).toEqual(['n1', 'hello']);
  // A group has its own resources only.
  for (const other of ['/apis/parlor.dev/v1/notes', '/apis/notes.example/v2/players'])
    expect((await ask(other)).code).toBe(404);

  const { groups } = (await ask('/apis')).body as { groups: { name: string }[] };
  expect(groups.map(({ name }) => name)).toEqual(['parlor.dev', 'notes.example']);
  const [listed] = (await ask('/apis/notes.example/v2')).body.resources;
  expect(listed).toMatchObject({ name: 'notes', kind: 'Note', verbs: ['list', 'get', 'create'] });
  const described = (await ask('/openapi/v3/apis/notes.example/v2')).body;
  expect(Object.keys(described.paths)).toEqual([`${path}/{name}`, path]);
  expect(await api.metrics.page()).toMatch(/route="notes",[^}]*code="201"/);
  expect(tableOf(ALL)).toContain(`\n${'notes'.padEnd(18)} SPMLA   SPMLA   -       PMLA`);
  expect(api.audited.filter(({ resource }) => resource === 'notes').map(({ verb }) => verb)).toContain('create');
});
