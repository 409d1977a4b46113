import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { unfit } from './build-client.ts';

const ROOT = resolve(import.meta.dirname, '..');

it('[F32] a checkout in a path that Vite cannot read is refused in one sentence, before Vite', async () => {
  for (const path of ['/home/a b', '/home/Spiele für Zuhause', '/home/100%20 sure'])
    expect(unfit(path)).toBeUndefined();
  const folder = await mkdtemp(join(tmpdir(), 'parlor-path-'));
  try {
    for (const name of ['C# projects', 'what?now']) {
      const checkout = join(folder, name);
      await mkdir(join(checkout, 'scripts'), { recursive: true });
      for (const file of ['scripts/build-client.ts', 'package.json', 'package-lock.json', 'vite.config.ts'])
        await cp(join(ROOT, file), join(checkout, file));
      await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
      const { status, stderr } = spawnSync(process.execPath, [join(checkout, 'scripts/build-client.ts')], {
        encoding: 'utf8',
      });
      expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/cannot be built in .*rename or move/)]);
      expect(status).toBe(1);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
