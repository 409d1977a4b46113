/** Puts a backup where there is no data yet. Until it is whole, a server refuses to start on it. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { FORMAT, MANIFEST, PARTS } from '#server/backup/backup.ts';

/** Is there while a restore is not finished. */
const UNFINISHED = 'restoring';

const manifest = z.object({ format: z.number(), version: z.string(), madeAt: z.string(), database: z.boolean() });

/** A part of a backup is worse than none. @throws with a sentence. */
export function refuseHalfRestored(dataDir: string): void {
  if (existsSync(join(dataDir, UNFINISHED)))
    throw new RestoreError(`A restore into ${dataDir} was not finished: run it again with the same backup.`);
}

export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

/** @throws with a sentence; `hasKey`: the key is at hand already. */
export async function restoreBackup(from: string, dataDir: string, hasKey: boolean): Promise<string> {
  const source = resolve(from);
  const about = manifest.safeParse(await readFile(join(source, MANIFEST), 'utf8').then(JSON.parse, () => undefined));
  if (!about.success) throw new RestoreError(`${source} is not a backup of Parlor: it has no ${MANIFEST}.`);
  const { format, madeAt, version } = about.data;
  if (format !== FORMAT)
    throw new RestoreError(`${source} has format ${format}, made by Parlor ${version}; this one reads ${FORMAT}.`);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unfinished = join(dataDir, UNFINISHED);
  const there = await readdir(dataDir);
  const kept = there.filter((name) => Object.values(PARTS).some((part) => name.startsWith(part)));
  if (kept.length > 0 && !there.includes(UNFINISHED))
    throw new RestoreError(
      `There is data in ${dataDir} (${kept.join(', ')}). Move it away; a restore overwrites nothing.`,
    );
  await writeFile(unfinished, source, { mode: 0o600 });
  for (const name of kept) await rm(join(dataDir, name), { recursive: true });
  for (const part of Object.values(PARTS)) {
    const copied = join(source, part);
    if (existsSync(copied)) await cp(copied, join(dataDir, part), { recursive: true });
  }
  await rm(unfinished);
  const key = hasKey ? '' : ` Put its parlor.key into ${dataDir} before you start.`;
  return `${dataDir} is as it was on ${madeAt}.${key}`;
}
