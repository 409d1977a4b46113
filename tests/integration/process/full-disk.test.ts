/** The disk of the data directory is full while people talk: nothing is lost, and it goes on when there is room. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Channel } from '#schema/chat.ts';
import { freePort } from '#scripts/free-port.ts';
import { ParlorProcess } from './parlor.ts';

type Disk = {
  through?: string[];
  fill(parlor: ParlorProcess): Promise<void>;
  free(parlor: ParlorProcess): Promise<void>;
};

const limit = (parlor: ParlorProcess, bytes: string) =>
  void execFileSync('prlimit', ['--pid', String(parlor.pid), `--fsize=${bytes}:`]);

/** No file may be written: what every system lets a test do. */
const forbidden = (): Disk => ({
  fill: async (parlor) => limit(parlor, '0'),
  free: async (parlor) => limit(parlor, 'unlimited'),
});

/** A small disk that this process alone sees, where mounting is allowed. */
function small(dataDir: string): Disk {
  const filler = (parlor: ParlorProcess) => join(`/proc/${parlor.pid}/root`, dataDir, 'filler');
  return {
    through: ['unshare', '-m', 'sh', '-c', `mount -t tmpfs -o size=120m parlor ${dataDir} && exec "$@"`, 'sh'],
    async fill(parlor) {
      await expect(writeFile(filler(parlor), Buffer.alloc(128 << 20))).rejects.toThrow('ENOSPC');
    },
    free: (parlor) => rm(filler(parlor)),
  };
}
const mounts = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'parlor', tmpdir()]).status === 0;

const DISKS: Record<string, (dataDir: string) => Disk> = { 'no file may be written': forbidden };
if (mounts) DISKS['the disk is full'] = small;

it.each(Object.keys(DISKS))(
  '[X25] %s: rooms pause, /readyz gives the reason, and with free space everything resumes',
  async (name) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parlor-full-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const disk = (DISKS[name] as typeof small)(dataDir);
    const { through = [] } = disk;
    const parlor = new ParlorProcess({ dataDir, port: await freePort(), through, env: { LOG_LEVEL: 'info' } });
    onTestFinished(() => parlor.signal('SIGKILL'));
    const readiness = async () => (await fetch(`${parlor.origin}/readyz`)).json();
    await parlor.ready();
    const ada = await parlor.register('Ada');
    const talk = await ada.open<Channel>('channel-lobby');
    await vi.waitUntil(() => talk.status === 'live');
    const texts = () => [...talk.state.messages.values()].map(({ text }) => text);
    expect(await talk.submit('post', { text: 'before' })).toMatchObject({ ok: true });

    await disk.fill(parlor);
    const during = talk.submit('post', { text: 'x'.repeat(900) });
    await vi.waitFor(async () => {
      const { ready, reasons } = await readiness();
      expect([ready, reasons?.journal]).toEqual([false, expect.stringContaining(dataDir)]);
    });
    const refused = ada.call('POST', 'messages', {
      apiVersion: 'parlor.dev/v1',
      kind: 'Message',
      spec: { channel: 'lobby', text: 'by REST' },
    });
    await expect(refused).rejects.toThrow(/ 503 /);
    await expect(parlor.register('Bea')).rejects.toThrow();
    expect(texts()).toEqual(['before']);

    await disk.free(parlor);
    await parlor.ready();
    expect(await during).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(texts().map((text) => text.slice(0, 6))).toEqual(['before', 'xxxxxx']));
    await parlor.register('Cea');
    const lines = parlor.output.split('\n').filter((line) => /heartbeat failed|snapshot not written/.test(line));
    expect(lines.length).toBeLessThanOrEqual(2);
    expect((await parlor.end('SIGTERM')).code).toBe(0);
  },
);
