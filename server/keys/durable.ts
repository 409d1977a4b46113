/** Files that are there whole or not at all, and still there after a power cut. */
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Creates the file, readable by its owner alone; false when there is one already, which stays. */
export async function createOnce(file: string, content: string): Promise<boolean> {
  const draft = await drafted(file, content);
  try {
    // Unlike a rename, a link never replaces: of two processes that start first, one wins.
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft);
  }
  await sync(dirname(file));
  return true;
}

export async function replace(file: string, content: string): Promise<void> {
  await rename(await drafted(file, content), file);
  await sync(dirname(file));
}

/** The file's text; nothing when there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function drafted(file: string, content: string): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
