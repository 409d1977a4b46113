/** What is put under load: a Parlor of our own, or one that runs already. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The processes of a Parlor. */
export type Parlors = {
  /** Kills one, hard; resolves when another has taken its place. */
  kill(): Promise<void>;
  /** What they said last, for who wants to know why. */
  output(): string;
  stop(): Promise<void>;
};

export type Target = Parlors & {
  origin: string;
  /** Processes that share the rooms. */
  processes: number;
  /** Do its rooms answer with digests? */
  digest: boolean;
  /** Path of a JSON file. */
  accounts: string;
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
