/** One process with files of its own. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#scripts/free-port.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { type Installation, personalKeysAt, shifted, UNLIMITED } from '#tests/days/installation.ts';
import { administratorIn, ParlorProcess } from '#tests/integration/process/parlor.ts';
import { THIS_RELEASE } from '#tests/integration/process/release.ts';
import { runScript } from '#tests/integration/process/script.ts';

export async function embedded(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'parlor-days-'));
  let dataDir = join(folder, 'data');
  let copies = 0;
  const port = await freePort();
  let root = THIS_RELEASE;
  let offset = 0;
  let first: ParlorProcess | undefined;
  let running: ParlorProcess | undefined;
  const over = new AbortController();
  const env = () => ({ ...UNLIMITED, ...shifted(offset) });

  const run = (script: string, ...words: string[]) =>
    runScript(root, script, words, { ...env(), PARLOR_DATA_DIR: dataDir }, over.signal);
  async function start(): Promise<void> {
    over.signal.throwIfAborted();
    running = new ParlorProcess({ dataDir, port, entry: join(root, 'server/main.ts'), env: env() });
    await running.ready();
    first ??= running;
  }
  async function stop(how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { code } = (await running?.end(how)) ?? {};
    if (how === 'SIGTERM' && code !== 0) throw new Error(`it ended with ${code}\n${running?.output.slice(-2000)}`);
  }

  return {
    kind: 'embedded',
    origin: `http://localhost:${port}`,
    now: () => Date.now() + offset,
    administrator: () => administratorIn(first?.output ?? ''),
    start,
    stop,
    async pass(ms) {
      offset += ms;
    },
    use(release) {
      root = release;
    },
    run,
    async backUpAndRestore() {
      const old = dataDir;
      const backup = join(folder, `backup-${++copies}`);
      await run('backup', backup);
      await stop('SIGKILL');
      dataDir = join(folder, `data-${copies}`);
      await run('restore', backup);
      await copyFile(join(old, 'parlor.key'), join(dataDir, 'parlor.key'));
      for (const gone of [old, backup]) await rm(gone, { recursive: true });
      await start();
    },
    async quarantine(room) {
      const store = sqliteStore(join(dataDir, 'journal.sqlite'));
      await store.quarantine(room, 'planted');
      await store.close();
    },
    personalKeys: () => personalKeysAt(`pglite:${join(dataDir, 'pg')}`),
    output: () => running?.output.slice(-3000) ?? '',
    async close() {
      over.abort();
      await running?.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
