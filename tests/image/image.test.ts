import { randomBytes } from 'node:crypto';
import { chmodSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { assemble, baseImage, type Image } from '#scripts/image/assemble.ts';
import { startPostgres } from '#scripts/postgres.ts';
import { startRedis } from '#server/testing/redis.ts';
import { freePort } from '#tests/kill/victim.ts';
import { Container } from './container.ts';

const directory = mkdtempSync(join(tmpdir(), 'parlor-image-'));
let image: Image;
let path: string;

beforeAll(() => {
  chmodSync(directory, 0o755); // a stranger has to get there
  image = assemble(directory);
  path = baseImage(directory).path;
});
afterAll(() => rmSync(directory, { recursive: true }));

const app = (file: string) => join(image.directory, image.stage.workdir, file);

/** Every file and folder outside the volume, with when it was written. */
const written = () =>
  new Map(
    globSync('{db,dist,rooms,schema,server}/**', { cwd: app('') })
      .concat(['.', 'package.json'])
      .map((file) => [file, statSync(app(file)).mtimeMs]),
  );

async function run(env: Record<string, string>, words: readonly string[] = []): Promise<Container> {
  const port = String(await freePort());
  const own = { HOST: '127.0.0.1', PORT: port, PARLOR_ORIGIN: `http://localhost:${port}`, TMPDIR: '/', ...env };
  const container = new Container({ image, path, words, env: own });
  onTestFinished(() => container.kill());
  return container;
}

it('[B3] single-node: the files that the Dockerfile copies start as an unprivileged user, read-only but for the data, answer and stop', async () => {
  const before = written();
  const env = { PARLOR_ALLOW_EMBEDDED_IDENTITY: 'on' };
  const parlor = await run(env);
  for (const path of ['/healthz', '/readyz', '/', '/parlor.json']) await parlor.answers(path);
  const page = await (await fetch(`${parlor.origin}/`, { headers: { host: new URL(parlor.origin).host } })).text();
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? expect.fail(page);
  expect((await fetch(parlor.origin + script)).status).toBe(200);
  expect(parlor.health()).toBe(0);
  expect(parlor.health({ PORT: '1' })).toBe(1);
  expect(await parlor.stop()).toBe(0);
  expect(parlor.output).toContain("The administrator's account");
  expect(written()).toEqual(before);
  expect(statSync(app('data')).mode & 0o777).toBe(0o700);

  const again = await run(env);
  await again.answers('/readyz');
  expect(again.output).not.toContain("The administrator's account");
  expect(await again.stop()).toBe(0);
});

it('[B3] single-node: production without further settings demands an identity provider', async () => {
  const parlor = await run({});
  expect(await parlor.exited).toEqual([1, null]);
  expect(parlor.output).toContain('not meant for production');
});

it('[B3][B4] cluster: a member and an edge, each named by its argument, serve the page through the edge', async () => {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  onTestFinished(async () => void (await Promise.all([redis.stop(), postgres.stop()])));
  const registry = { REDIS_URL: redis.url, PARLOR_REGISTRY_KEY: randomBytes(32).toString('hex') };
  const shared = {
    ...registry,
    DATABASE_URL: postgres.url,
    PARLOR_KEY: randomBytes(32).toString('hex'),
    PARLOR_ALLOW_EMBEDDED_IDENTITY: 'on',
    PARLOR_TRUSTED_PROXIES: '1',
  };
  const edge = await run(registry, ['edge']);
  const { port } = new URL(edge.origin);
  const member = await run({ ...shared, PARLOR_ORIGIN: `http://localhost:${port}` }, ['all']);
  await member.answers('/readyz');
  for (const path of ['/healthz', '/readyz', '/', '/parlor.json']) await edge.answers(path);
  expect(edge.health()).toBe(0);
  expect(await member.stop()).toBe(0);
  expect(await edge.stop()).toBe(0);
});
