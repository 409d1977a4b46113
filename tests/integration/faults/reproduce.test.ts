import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { talksWithCards } from '#rooms/faults/planted.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { RoomExport } from '#rooms/host/export.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PLANTED = '#rooms/faults/planted.ts';
const MENDED = '#rooms/faults/mended.ts';

/** Below the repository, or what it writes would find none of our modules; git does not look there. */
let directory: string;
beforeAll(async () => {
  const dist = join(ROOT, 'dist');
  await mkdir(dist, { recursive: true });
  directory = await mkdtemp(join(dist, 'reproduced-'));
  return () => rm(directory, { recursive: true });
});

function run(script: string, ...given: string[]): Promise<{ status: number; said: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(ROOT, script), ...given], { cwd: ROOT }, (error, out, err) =>
      done({ status: error ? Number(error.code) : 0, said: out + err }),
    );
  });
}
const reproduce = (...given: string[]) => run('scripts/reproduce.ts', ...given);
const vitest = () => run('node_modules/vitest/vitest.mjs', 'run', '--root', directory);

function exported<M extends AnyMachine>(machine: M, play: (room: Rehearsal<M>) => void): RoomExport {
  const room = new Rehearsal(machine);
  try {
    play(room);
  } catch {
    // its log has what it died of
  }
  const batches = room.log.map((batch, i) => ({ n: i + 1, ...batch }));
  const about = { format: 2, room: 'r', journal: 'j', machine: machine.name, version: 'test', epoch: 3 } as const;
  return { ...about, genesis: room.genesis, batches };
}

async function written(name: string, log: RoomExport): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, JSON.stringify(log));
  onTestFinished(() => rm(file));
  return file;
}

it('[L48] an export becomes a test that fails, and passes once the machine is mended', async () => {
  const log = exported(talksWithCards, (room) => {
    for (const player of ['ann', 'bea']) room.join(player);
    for (let n = 0; n < 50; n++) room.tick();
    for (const player of ['ann', 'bea', 'ann']) room.do(player, 'draw', {});
    for (let n = 0; n < 50; n++) room.tick();
    room.do('ann', 'say', { text: 'oh' });
  });
  const out = join(directory, 'made.test.ts');
  const file = await written('export.json', log);
  const { status, said } = await reproduce(file, '--module', PLANTED, '--out', out);
  expect(status, said).toBe(0);
  expect(said).toContain('It throws at seq 106, "say" of ann: cards and words');
  expect(said).toContain('106 commands became 4 commands.');
  const failing = await vitest();
  expect(failing.status, failing.said).toBe(1);
  expect(failing.said).toContain('cards and words');
  await writeFile(out, (await readFile(out, 'utf8')).replace(PLANTED, MENDED));
  const passing = await vitest();
  expect(passing.status, passing.said).toBe(0);
  expect(passing.said).toContain('1 passed');
});

it('[L48] a log without a fault, or damaged behind its end, is reported to replay; a file that is no export is refused', async () => {
  const log = exported(connectFour, (room) => {
    for (const player of ['ann', 'bea']) room.join(player);
    room.do('ann', 'drop', { column: 3 });
  });
  const [join1, , ...rest] = log.batches;
  if (!join1) throw new Error('nothing was played');
  const damage = [{ what: 'entry' as const, n: 2, reason: 'room r: entry 2 was changed' }];
  const file = await written('damaged.json', { ...log, batches: [join1, ...rest], damage });
  const fine = await reproduce(file);
  expect(fine.status, fine.said).toBe(1);
  expect(fine.said).toContain('Damaged: entry 2. room r: entry 2 was changed');
  expect(fine.said).toContain('What lies behind the damage is left out: 1 of 2 entries.');
  for (const [text, sentence] of [
    ['{', 'This is no JSON'],
    ['{"kind":"Status"}', 'This is not the log of a room'],
    ['{"machine":"a","batches":[],"format":9}', 'This log has format 9; this code reads format 2.'],
    ['{"machine":"a","batches":[],"format":2}', 'There is no machine "a" in the registry.'],
  ] as const) {
    const bad = join(directory, 'bad.json');
    await writeFile(bad, text);
    const { status, said } = await reproduce(bad);
    expect([status, said]).toEqual([2, expect.stringContaining(sentence)]);
  }
});
