/** What is put under load: a Parlor of our own, or one that runs already. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Target = {
  origin: string;
  /** Processes that share the rooms. */
  processes: number;
  /** Do its rooms answer with digests? */
  digest: boolean;
  /** Path of a JSON file. */
  accounts: string;
  /** Kills a process, hard; resolves when the rooms are, or will be, somewhere again. */
  kill(): Promise<void>;
  /** What it said last, for who wants to know why. */
  output(): string;
  stop(): Promise<void>;
};

/** Nothing can be put under load; the message is a sentence. */
export class NoTarget extends Error {
  override name = 'NoTarget';
}

/** Writes tokens where k6 reads accounts. */
export async function writeAccounts(directory: string, tokens: readonly string[]): Promise<string> {
  const path = join(directory, 'accounts.json');
  const accounts = tokens.map((token, i) => ({ username: `player-${i}`, token }));
  await writeFile(path, JSON.stringify(accounts), { mode: 0o600 });
  return path;
}
