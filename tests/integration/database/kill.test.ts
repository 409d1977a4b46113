import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '#db/connect.ts';
import { DirectoryInUse } from '#db/pglite/lock.ts';
import { type MatchOutcome, matchStore } from '#db/stores/matches.ts';
import { freshDatabase } from '#db/testing/engines.ts';

const STEPS = ['deliver.begun', 'deliver.match', 'deliver.seats', 'deliver.committed'];

const outcome: MatchOutcome = {
  journal: 'j1',
  seq: 7,
  room: 'r1',
  game: 'connect-four',
  players: ['p-ada', 'p-bob'],
  winners: [1],
  ending: 'four',
  startedAt: 1000,
  endedAt: 2000,
};

function start(...args: string[]): ChildProcess {
  const program = fileURLToPath(new URL('./child.ts', import.meta.url));
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parlor-kill-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const engines = { pglite: async () => `pglite:${directory}/db`, postgres: freshDatabase };

describe.each(Object.entries(engines))('%s', (_name, address) => {
  it('[D7] a match is stored once after a kill at any step of its delivery and a second delivery', async () => {
    const url = await address();
    for (const [n, step] of STEPS.entries()) {
      const one = { ...outcome, room: `r${n}` };
      expect(await once(start(url, JSON.stringify(one), step), 'exit')).toEqual([null, 'SIGKILL']);

      const database = await openDatabase(url);
      const matches = matchStore(database.db);
      const found = await matches.get(`r${n}`);
      expect(found !== undefined, step).toBe(step === 'deliver.committed');
      await matches.deliver(one);
      await matches.deliver(one);
      expect((await matches.list()).items).toHaveLength(n + 1);
      expect((await matches.get(`r${n}`))?.seats.map((seat) => seat.result)).toEqual(['loss', 'win']);
      await database.close();
    }
  });
});

it('[D11] a second process is refused while the first lives, and admitted after its kill', async () => {
  const url = `pglite:${directory}/db`;
  const child = start(url);
  if (child.stdout) await once(child.stdout, 'data');
  await expect(openDatabase(url)).rejects.toThrow(DirectoryInUse);
  await expect(openDatabase(url)).rejects.toThrow(`in use by process ${child.pid}`);
  await kill(child);
  const database = await openDatabase(url);
  expect(await database.ready()).toBe(true);
  await database.close();
});

it("[D11] a kill during the directory's creation does not damage it, at any step", async () => {
  const child = start(`pglite:${directory}/db`);
  const unfinished = join(directory, 'db', 'cluster.new');
  await vi.waitUntil(() => existsSync(unfinished), { timeout: 60_000, interval: 5 });
  await kill(child);
  expect(existsSync(join(directory, 'db', 'cluster'))).toBe(false);
  // The worst place to stop: by this file PGlite knows a cluster, and there is nothing else.
  await writeFile(join(unfinished, 'PG_VERSION'), '18\n');
  const database = await openDatabase(`pglite:${directory}/db`);
  expect(await database.ready()).toBe(true);
  await database.close();
});
