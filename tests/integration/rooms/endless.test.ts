import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { sqliteStore } from '#server/journal/sqlite.ts';

const SCRIPT = join(import.meta.dirname, 'trap-process.ts');

it('[L49][L43] an endless loop costs the process that ran it and three that adopt its room; the next quarantines that room only', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-endless-'));
  const file = join(dataDir, 'journal.db');
  onTestFinished(() => rm(dataDir, { recursive: true }));

  const start = (task: 'arm' | 'adopt') => {
    const child = spawn(process.execPath, [SCRIPT, dataDir, task], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    return { child, exited, output: () => output };
  };
  const records = async () => {
    const store = sqliteStore(file);
    return store.list().finally(() => store.close());
  };
  const record = async () => (await records()).find(({ room }) => room === 'trap');

  for (const [task, attempts] of [
    ['arm', 0],
    ['adopt', 1],
    ['adopt', 2],
    ['adopt', 3],
  ] as const) {
    const { child, exited, output } = start(task);
    await vi.waitFor(() => expect(output()).toBe('endless\n'), 10_000);
    child.kill('SIGKILL');
    await exited;
    expect(await record()).toMatchObject({ unsettled: true, attempts });
  }
  const last = start('adopt');
  await vi.waitFor(() => expect(last.output()).toBe('trap: room-quarantined\n'), 10_000);
  last.child.kill('SIGKILL');
  await last.exited;
  expect((await record())?.quarantined).toBe('3 restores began and none ended');
  const beside = (await records()).filter(({ room }) => room !== 'trap');
  expect(beside.map(({ quarantined, attempts }) => ({ quarantined, attempts }))).toEqual(
    beside.map(() => ({ attempts: 0 })),
  );
  expect(beside).toHaveLength(3);
}, 40_000);
