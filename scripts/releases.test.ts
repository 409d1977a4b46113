import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFixture, textOfFixture } from '#rooms/testing/fixture.ts';
import { obstacles } from '#rooms/testing/goes-on.ts';
import {
  changedFixtures,
  expectedOf,
  folderOf,
  hashOf,
  KEPT,
  nameOf,
  type Releases,
  ROOT,
  readFixtures,
  readReleases,
  UNRELEASED,
} from './releases.ts';

let all: Releases;
let fixtures: Map<string, string>;
beforeAll(async () => {
  all = await readReleases();
  fixtures = new Map();
  for (const version of [...all.releases.map(({ version }) => version), UNRELEASED]) {
    for (const [file, text] of await readFixtures(version)) fixtures.set(nameOf(version, file), text);
  }
});

const WHAT_NOW =
  'A rule or a shape changed. By mistake: undo it. On purpose: `npm run release:fixtures` for the unreleased set, and for ' +
  'fixtures of a release an entry in changedRules of releases.json (see releases/README.md)';

describe('release fixtures', () => {
  it('[K17] each fixture continues from its log and its snapshot, or stops exactly where releases.json says', () => {
    const expected = expectedOf(all);
    for (const [name, text] of fixtures) {
      const fixture = readFixture(text);
      const machine = KEPT.find(({ machine }) => machine.name === fixture.genesis.machine)?.machine;
      const { machine: listed, ...how } = expected.get(name) ?? {};
      expect(obstacles(machine, fixture), `${name}. ${WHAT_NOW}`).toEqual(how);
      if (listed) expect(listed, name).toBe(fixture.genesis.machine);
    }
    expect([...expected.keys()].filter((name) => !fixtures.has(name))).toEqual([]);
  });

  it('[K17] the unreleased set has every machine and every command of each', () => {
    const commands = [...fixtures].flatMap(([name, text]) => {
      if (!name.startsWith(UNRELEASED)) return [];
      const { genesis, batches } = readFixture(text);
      const types = batches.flatMap((batch) => batch.commands.flatMap((one) => (one.k === 'do' ? [one.type] : [])));
      return types.map((type) => `${genesis.machine} ${type}`);
    });
    const wanted = KEPT.flatMap(({ machine }) =>
      Object.keys(machine.commands).map((type) => `${machine.name} ${type}`),
    );
    expect(new Set(commands), 'npm run release:fixtures').toEqual(new Set(wanted));
  });
});

describe('a release', () => {
  let root: string;
  let planted: Releases;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'parlor-releases-'));
    await mkdir(join(root, 'releases'));
    await cp(folderOf(UNRELEASED), folderOf('0.2.0', root), { recursive: true });
    const texts = await readFixtures('0.2.0', root);
    const hashes = Object.fromEntries([...texts].map(([file, text]) => [file, hashOf(text)]));
    planted = {
      ...all,
      releases: [{ version: '0.2.0', commit: 'a'.repeat(40), fixtures: hashes, changedRules: [] }],
    };
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('[K18] a release has its original fixtures', async () => {
    expect(await changedFixtures(all)).toEqual([]);
    expect(await changedFixtures(planted, root)).toEqual([]);
  });

  it('[K18] a changed, removed or added fixture is detected', async () => {
    const folder = folderOf('0.2.0', root);
    const changed = join(folder, 'probe-1.ndjson');
    const fixture = readFixture(await readFile(changed, 'utf8'));
    fixture.end.proof = fixture.end.proof.replace(/^./, 'x');
    await writeFile(changed, textOfFixture(fixture));
    await rm(join(folder, 'probe-2.ndjson'));
    await writeFile(join(folder, 'probe-9.ndjson'), '');
    expect((await changedFixtures(planted, root)).sort()).toEqual([
      'releases/0.2.0/probe-1.ndjson was changed',
      'releases/0.2.0/probe-2.ndjson is missing',
      'releases/0.2.0/probe-9.ndjson is not of that release',
    ]);
  });

  it('[K17] a release lists the rules that it changed; a later entry about the same fixture counts', () => {
    const rule = (log: string) => ({
      machine: 'connect-four',
      sentence: 'The last column takes no discs.',
      diverges: { '0.2.0/connect-four-1': { log } },
    });
    const [made] = planted.releases as [Releases['releases'][number]];
    const later = { ...made, version: '0.3.0', changedRules: [rule('at seq 7: …')] };
    const unreleased = { ...planted.unreleased, changedRules: [rule('at seq 5: …')] };
    const expected = expectedOf({ unreleased, releases: [made, later] });
    expect([...expected]).toEqual([['0.2.0/connect-four-1', { machine: 'connect-four', log: 'at seq 5: …' }]]);
  });
});

it('[K18] releases.json has a schema: a release without a commit is refused', async () => {
  const root = await mkdtemp(join(tmpdir(), 'parlor-releases-'));
  try {
    const text = await readFile(join(ROOT, 'releases.json'), 'utf8');
    const broken = { ...(JSON.parse(text) as object), releases: [{ version: '0.2.0', fixtures: {} }] };
    await writeFile(join(root, 'releases.json'), JSON.stringify(broken));
    await expect(readReleases(root)).rejects.toThrow('commit');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
