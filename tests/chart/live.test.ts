/** What is rendered, run for real: Redis with its file, a process of each role with its environment, the release's test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Running } from '#scripts/cluster/running.ts';
import { findPostgres } from '#scripts/deps.ts';
import { type Postgres, startPostgres } from '#scripts/postgres.ts';
import { environmentOf } from '#tests/chart/environment.ts';
import { render } from '#tests/chart/helm.ts';
import { type Container, type Labels, ofKind, podsOf } from '#tests/chart/manifests.ts';
import { freePort } from '#tests/kill/victim.ts';

const manifests = render({ profile: 'minimal' });
const containerOf = (component: string): Container => {
  const pod = podsOf(manifests).find((one) => one.component === component);
  if (!pod) throw new Error(`There is no ${component}.`);
  return pod.spec.containers[0] as Container;
};
const held = (secret: string, key: string) =>
  ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === secret)?.stringData?.[key] ?? '';

let folder: string;
let redis: ChildProcess;
let postgres: Postgres;
let elsewhere: Labels;
let edgePort: string;
const running: Running[] = [];
const lines: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlor-release-'));
  const build = spawn(process.execPath, ['scripts/build-client.ts'], { stdio: 'ignore' });
  const [built] = await once(build, 'exit');
  expect(built).toBe(0);

  const redisPort = await freePort();
  const config = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === 'parlor-redis');
  const file = config?.data?.['redis.conf'] ?? '';
  await writeFile(join(folder, 'redis.conf'), file.replace(/^dir \/data$/m, `dir ${folder}`));
  await writeFile(join(folder, 'parlor.key'), held('parlor-encryption', 'parlor.key'));
  const own = ['--port', String(redisPort), '--bind', '127.0.0.1'];
  const container = containerOf('redis');
  const env = environmentOf(container, manifests);
  const args = (container.args ?? []).slice(1);
  const users = args.map((one) => one.replace(/\$\((\w+)\)/g, (_, name) => env[name] ?? ''));
  redis = spawn('redis-server', [join(folder, 'redis.conf'), ...own, ...users], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    redis.stdout?.on('data', (text) => String(text).includes('Ready to accept') && resolve());
    redis.once('error', reject).once('exit', () => reject(new Error('Redis did not take its file.')));
  });

  postgres = await startPostgres('postgres');
  await makeDatabase(new URL(postgres.url));
  const databaseUrl = new URL('/parlor', postgres.url);
  databaseUrl.username = 'parlor';
  edgePort = String(await freePort());
  // What a cluster would give: names that resolve, addresses of pods, mounted files.
  elsewhere = {
    HOST: '127.0.0.1',
    PARLOR_ADDRESS: '',
    DATABASE_URL: databaseUrl.href,
    PARLOR_DATA_DIR: join(folder, 'data'),
    PARLOR_KEY_FILE: join(folder, 'parlor.key'),
    at: `127.0.0.1:${redisPort}`,
  };
});

afterAll(async () => {
  for (const one of running) await one.stop();
  redis?.kill('SIGKILL');
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(component: string, port: string): Promise<void> {
  const { at = '', ...overruled } = elsewhere;
  const given = environmentOf(containerOf(component), manifests);
  const REDIS_URL = (given.REDIS_URL ?? '').replace('parlor-redis.play.svc:6379', at);
  const mine = Object.fromEntries(Object.entries(overruled).filter(([name]) => name in given));
  const process = new Running(
    { PATH: globalThis.process.env.PATH, ...given, ...mine, REDIS_URL, PORT: port },
    (text) => {
      lines.push(text);
    },
  );
  running.push(process);
  const end = await Promise.race([process.open, process.ended]);
  if (end !== undefined) throw new Error(`${component} ended (${end}): ${lines.slice(-5).join('\n')}`);
}

/** What the image of Postgres runs on its first start. */
async function makeDatabase({ hostname, port }: URL): Promise<void> {
  const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === 'parlor-postgres');
  await writeFile(join(folder, 'password'), held('parlor-postgres', 'password'));
  const script = (map?.data?.['parlor.sh'] ?? '').replace('/etc/parlor/password', join(folder, 'password'));
  const env = { PATH: `${findPostgres()}:${process.env.PATH}`, PGHOST: hostname, PGPORT: port };
  const [code] = await once(spawn('sh', ['-ec', script], { env, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
  expect(code).toBe(0);
}

/** `helm test`, at our edge. */
async function smoke(): Promise<{ code: number; output: string }> {
  const { command = [], args = [] } = containerOf('test');
  const [script = '', , origin = ''] = args;
  const [program, ...options] = command;
  expect(program).toBe('node');
  const child = spawn(process.execPath, [...options, script, `http://127.0.0.1:${edgePort}`, origin]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

it("[Q16] an edge alone fails the release's test", async () => {
  await start('edge', edgePort);
  const { code, output } = await smoke();
  expect([code, output]).toEqual([
    1,
    expect.stringMatching(/The release does not answer as it should. \/ answers 503/),
  ]);
});

it("[Q16] with rooms and Redis as rendered the release's test passes", async () => {
  await start('rooms', '0');
  await expect.poll(smoke, { timeout: 30_000, interval: 200 }).toMatchObject({ code: 0 });
  expect((await smoke()).output.match(/^ok {2}\//gm)).toHaveLength(4);
});

it('[Q16] Redis keeps everything acknowledged, requires the password, and refuses to move its file', async () => {
  const { at = '' } = elsewhere;
  const [host = '', port = ''] = at.split(':');
  const ask = async (password: string, ...words: string[]) => {
    const env = { PATH: process.env.PATH, REDISCLI_AUTH: password };
    const child = spawn('redis-cli', ['-h', host, '-p', port, ...words], { env });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    await once(child, 'close');
    return output;
  };
  const password = held('parlor-redis', 'password');
  expect(await ask('another', 'ping')).toContain('NOAUTH');
  expect(await ask(password, 'ping')).toBe('PONG\n');
  expect(await ask(password, 'config', 'set', 'dir', '/tmp')).toContain('unknown command');
  expect(await ask(password, 'info', 'persistence')).toContain('aof_enabled:1');
});

it('[Q16] Parlor owns its database and is no superuser; the superuser has no password', async () => {
  const client = new Client(postgres.url);
  await client.connect();
  const { rows } = await client.query(
    'SELECT rolname AS name, rolsuper AS super, rolpassword IS NULL AS closed FROM pg_authid WHERE rolcanlogin ORDER BY 1',
  );
  const owner = await client.query("SELECT pg_get_userbyid(datdba) AS name FROM pg_database WHERE datname = 'parlor'");
  await client.end();
  expect(rows).toEqual([
    { name: 'parlor', super: false, closed: false },
    { name: 'postgres', super: true, closed: true },
  ]);
  expect(owner.rows).toEqual([{ name: 'parlor' }]);
});
