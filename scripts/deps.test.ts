import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findChromium, findPostgres, missing, sentence, TOOLS } from '#scripts/deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlor-deps-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function program(path: string, script = ''): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

it('[F3] Chromium is found on the PATH under each of its names, and by CHROMIUM', async () => {
  expect(findChromium({ PATH: folder })).toBeUndefined();
  const chrome = await program(join(folder, 'google-chrome'));
  expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(chrome);
  expect(findChromium({ PATH: '', CHROMIUM: chrome })).toBe(chrome);
});

it('[F3] an invalid CHROMIUM counts as missing and is not replaced by another one', async () => {
  await program(join(folder, 'chromium'));
  expect(findChromium({ PATH: folder, CHROMIUM: '/nowhere/chromium' })).toBeUndefined();
});

it('[F3] PostgreSQL counts only with both of its programs', async () => {
  await mkdir(join(folder, 'bin'));
  await program(join(folder, 'bin', 'initdb'));
  expect(findPostgres({ PG_BIN: join(folder, 'bin') })).toBeUndefined();
  await program(join(folder, 'bin', 'pg_ctl'));
  expect(findPostgres({ PG_BIN: join(folder, 'bin') })).toBe(join(folder, 'bin'));
});

it('[F3] a missing tool is named with the line that installs it', () => {
  const absent = missing(TOOLS, { PATH: '', CHROMIUM: '/nowhere', PG_BIN: '/nowhere' });
  expect(absent.map((tool) => tool.name)).toEqual(expect.arrayContaining(['Chromium', 'PostgreSQL']));
  const text = sentence(absent.slice(0, 2), 'this is not a Debian system');
  expect(text).toContain('The tests need Chromium (or name one with CHROMIUM=/path), PostgreSQL');
  expect(text).toContain('sudo apt-get install -y chromium postgresql');
});

/** Runs the script on a machine whose only programs are in `folder`; what else it needs is there. */
async function runDeps(): Promise<{ code: number; output: string }> {
  for (const name of ['initdb', 'pg_ctl', 'redis-server', 'pgbouncer', 'nginx', 'caddy'])
    await program(join(folder, name));
  await program(join(folder, 'sudo'), 'shift; exec "$@"');
  await symlink('/usr/bin/env', join(folder, 'env'));
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'deps.ts')],
      { env: { PATH: folder, PG_BIN: folder, HOME: folder } },
      (error, stdout, stderr) => done({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

it('[F3] missing tools are installed, with progress, without starting services', async () => {
  await program(
    join(folder, 'apt-get'),
    `echo "apt-get $* RUNLEVEL=$RUNLEVEL $DEBIAN_FRONTEND"
     case "$*" in *install*) echo '#!/bin/sh' > ${folder}/chromium; /bin/chmod +x ${folder}/chromium;; esac`,
  );
  const { code, output } = await runDeps();
  expect(output).toContain('deps   installing Chromium');
  expect(output).toContain('apt-get -q update RUNLEVEL=1 noninteractive');
  expect(output).toMatch(/apt-get -q install -y --no-install-recommends chromium.* RUNLEVEL=1/);
  expect(output).toContain(`deps   Chromium: ${folder}/chromium`);
  expect(code).toBe(output.includes('emoji font: missing') ? 1 : 0);
});

it('[F3] a failed installation says what to run and exits with 1', async () => {
  await program(join(folder, 'apt-get'), 'exit 100');
  const { code, output } = await runDeps();
  expect(output).toContain('The tests need Chromium');
  expect(output).toContain('and apt-get update failed. Run:');
  expect(code).toBe(1);
});
