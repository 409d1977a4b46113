/**
 * `npm run release:fixtures [-- VERSION]`: writes what this code leaves in an installation, from seeded random play, as
 * files that later code is held against. Without a version the set of the release to come, which may be written anew as
 * often as rules and shapes change; with one the set of a release, once and for all, and its entry in releases.json.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textOfFixture } from '#rooms/testing/fixture.ts';
import { fixturesOf } from '#rooms/testing/fixture-plays.ts';
import { fileOf, folderOf, hashOf, KEPT, ROOT, readReleases, UNRELEASED } from './releases.ts';

/** Matches end in more than one way. */
const countFor = ({ machine }: (typeof KEPT)[number]) => (machine.outcome ? 4 : 2);
const git = (...words: string[]) => execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();

/** Refuses a release that was made before, that package.json does not name, or that no commit has the code of. */
async function checkNew(version: string): Promise<void> {
  const { version: named } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { releases } = await readReleases();
  if (releases.some((one) => one.version === version))
    throw new Error(`${version} was made already: its fixtures never change.`);
  if (named !== version)
    throw new Error(`package.json says ${named}: set its version to ${version} and commit it first.`);
  if (git('status', '--porcelain') !== '') throw new Error('Commit everything first: a release names its commit.');
}

/** SHA-256 of each written file, by its name. */
async function write(version: string): Promise<Record<string, string>> {
  const folder = folderOf(version);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const hashes: Record<string, string> = {};
  for (const subject of KEPT) {
    for (const [n, fixture] of fixturesOf(subject, version, countFor(subject)).entries()) {
      const [file, text] = [fileOf(subject.machine.name, n + 1), textOfFixture(fixture)];
      await writeFile(join(folder, file), text);
      hashes[file] = hashOf(text);
      console.log(`releases/${version}/${file}: ${fixture.batches.length} batches, ${text.length} characters`);
    }
  }
  return hashes;
}

async function main(version: string | undefined): Promise<void> {
  if (version === undefined) {
    await write(UNRELEASED);
    return;
  }
  await checkNew(version);
  const commit = git('rev-parse', 'HEAD');
  const fixtures = await write(version);
  const { unreleased, releases } = await readReleases();
  releases.push({ version, commit, fixtures, changedRules: unreleased.changedRules });
  const text = JSON.stringify({ unreleased: { ...unreleased, changedRules: [] }, releases }, null, 2);
  await writeFile(join(ROOT, 'releases.json'), `${text}\n`);
  console.log(`releases.json has ${version} now, made from ${commit}. Commit both.`);
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
