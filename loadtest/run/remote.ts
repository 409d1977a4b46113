/** A Parlor that runs already, somewhere. */
import { readFile } from 'node:fs/promises';
import { NoTarget, type Target } from './target.ts';

const ANSWERS_MS = 5_000;

export type Remote = { origin: string; accounts: string };

/** @throws NoTarget when nobody answers there, or the accounts do not suffice. */
export async function openRemote({ origin, accounts }: Remote, vus: number): Promise<Target> {
  const there = await fetch(`${origin}/parlor.json`, { signal: AbortSignal.timeout(ANSWERS_MS) })
    .then(async (answer) => answer.ok && 'protocol' in ((await answer.json()) as object))
    .catch(() => false);
  if (!there) {
    throw new NoTarget(`No Parlor answers at ${origin}. Start it there, or leave --address out and one is started.`);
  }
  const found = await readFile(accounts, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (!Array.isArray(found)) throw new NoTarget(`${accounts} holds no list of accounts in JSON.`);
  if (found.length < vus) throw new NoTarget(`${accounts} holds ${found.length} accounts, and ${vus} are needed.`);
  const refuse = () => Promise.reject(new NoTarget('A Parlor of others is not killed.'));
  const none = async () => {};
  return { origin, processes: 1, digest: false, accounts, kill: refuse, output: () => '', stop: none };
}
