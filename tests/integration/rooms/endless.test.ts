import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { sqliteStore } from '#server/journal/sqlite.ts';

const SCRIPT = join(import.meta.dirname, 'trap-process.ts');

it('[L49] code that never ends costs the process that ran it and two that adopt its room; the third sets it aside', async () => {
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
  const record = async () => {
    const store = sqliteStore(file);
    return store.find('trap').finally(() => store.close());
  };

  for (const [task, attempts] of [
    ['arm', 0],
    ['adopt', 1],
    ['adopt', 2],
  ] as const) {
    const { child, exited, output } = start(task);
    await vi.waitFor(() => expect(output()).toBe('endless\n'), 10_000);
    child.kill('SIGKILL');
    await exited;
    expect(await record()).toMatchObject({ unsettled: true, attempts });
  }
  const last = start('adopt');
  await vi.waitFor(() => expect(last.output()).toBe('trap: room-aside\n'), 10_000);
  last.child.kill('SIGKILL');
  await last.exited;
  expect((await record())?.aside).toBe('2 restores began and none ended');
}, 40_000);
