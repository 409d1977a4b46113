/** `releases.json`: the commit and fixtures of each release, and the rules that were changed on purpose since. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Subject } from '#rooms/testing/laws.ts';
import { probeSubject, SUBJECTS } from '#rooms/testing/subjects.ts';

export const ROOT = resolve(import.meta.dirname, '..');
export const UNRELEASED = 'unreleased';

const obstacles = z.strictObject({ log: z.string().optional(), snapshot: z.string().optional() });
const changedRule = z.strictObject({
  machine: z.string(),
  /** What changed, for an operator whose rooms are quarantined by it. */
  sentence: z.string().min(20),
  /** What exactly keeps which older fixture (`0.2.0/connect-four-1`) from going on. */
  diverges: z.record(z.string(), obstacles),
});
const changedRules = z.array(changedRule).default([]);
const release = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  /** Whose code wrote the fixtures. */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** SHA-256 of each file, in hex. */
  fixtures: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  changedRules,
});
const releases = z.strictObject({
  unreleased: z.strictObject({ how: z.string(), changedRules }),
  /** The oldest first. */
  releases: z.array(release),
});
export type Releases = z.infer<typeof releases>;

/** The machines of which fixtures are kept. */
export const KEPT: readonly Subject[] = [...Object.values(SUBJECTS), probeSubject as Subject];

const EXTENSION = '.ndjson';

export async function readReleases(root = ROOT): Promise<Releases> {
  return releases.parse(JSON.parse(await readFile(join(root, 'releases.json'), 'utf8')));
}

export const folderOf = (version: string, root = ROOT) => join(root, 'releases', version);
export const fileOf = (machine: string, n: number) => `${machine}-${n}${EXTENSION}`;
export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** The text of each fixture, by its file. */
export async function readFixtures(version: string, root = ROOT): Promise<Map<string, string>> {
  const folder = folderOf(version, root);
  const files = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
  );
}

/** Where the files of a release differ from the hashes that were taken when it was made. */
export async function changedFixtures({ releases }: Releases, root = ROOT): Promise<string[]> {
  const found: string[] = [];
  for (const { version, fixtures } of releases) {
    const texts = await readFixtures(version, root);
    for (const file of new Set([...Object.keys(fixtures), ...texts.keys()])) {
      const text = texts.get(file);
      if (text === undefined) found.push(`releases/${version}/${file} is missing`);
      else if (fixtures[file] === undefined) found.push(`releases/${version}/${file} is not of that release`);
      else if (hashOf(text) !== fixtures[file]) found.push(`releases/${version}/${file} was changed`);
    }
  }
  return found;
}

/** What may keep the fixtures from going on, by `<version>/<file without its end>`: the newest word counts. */
export function expectedOf({
  unreleased,
  releases,
}: Releases): Map<string, { machine: string } & z.infer<typeof obstacles>> {
  const rules = [...releases, unreleased].flatMap(({ changedRules }) => changedRules);
  return new Map(
    rules.flatMap(({ machine, diverges }) => Object.entries(diverges).map(([of, how]) => [of, { machine, ...how }])),
  );
}

export const nameOf = (version: string, file: string) => `${version}/${file.slice(0, -EXTENSION.length)}`;
