/**
 * `npm run keycloak`: a Keycloak with Parlor's realm on this machine, for trying Parlor with a real one. What it keeps,
 * and its secrets, lie in `data/keycloak`. Ctrl-C ends it. `npm run keycloak -- 8090` takes another port.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { provideJdk } from '#scripts/keycloak/jdk.ts';
import { startKeycloak } from '#scripts/keycloak/server.ts';
import { ToolMissing } from '#scripts/tool-missing.ts';
import { keycloak } from '#scripts/tools.ts';

const DIRECTORY = resolve(import.meta.dirname, '../data/keycloak');
const PARLOR = process.env.PARLOR_ORIGIN || 'http://localhost:2567';
const TELL_EVERY_MS = 5_000;

const say = (...lines: string[]) => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

/** Made on the first start, which is the only one where Keycloak takes it. */
async function secret(name: string): Promise<{ value: string; file: string; isNew: boolean }> {
  const file = join(DIRECTORY, name);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return { value: kept.trim(), file, isNew: false };
  const value = randomBytes(24).toString('base64url');
  await writeFile(file, `${value}\n`, { mode: 0o600 });
  return { value, file, isNew: true };
}

async function run(): Promise<void> {
  const port = Number(process.argv[2] ?? 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ToolMissing(`${process.argv[2]} is no TCP port.`);
  await mkdir(DIRECTORY, { recursive: true, mode: 0o700 });
  const [client, administrator] = [await secret('client-secret'), await secret('administrator-password')];

  provideJdk();
  keycloak.provide();
  const started = Date.now();
  const telling = setInterval(() => {
    say(`keycloak  starting, ${Math.round((Date.now() - started) / 1000)} s (20 to 100 are usual)`);
  }, TELL_EVERY_MS);
  const server = await startKeycloak({
    directory: DIRECTORY,
    port,
    parlor: PARLOR,
    clientSecret: client.value,
    administrator: { username: 'admin', password: administrator.value },
    say: (line) => {
      if (/ (WARN|ERROR) /.test(line)) say(line);
    },
  }).finally(() => clearInterval(telling));

  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      say('keycloak  stopping');
      server.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  const near = (file: string) => relative(process.cwd(), file);
  const port2567 = PARLOR === 'http://localhost:2567' ? '' : `PARLOR_ORIGIN=${PARLOR} `;
  say(
    '',
    `  Keycloak is open at ${server.url}; its administrator is admin, the password is in ${near(administrator.file)}`,
    '  Start Parlor with it:',
    '',
    `    ${port2567}KEYCLOAK_URL=${server.url} KEYCLOAK_CLIENT_SECRET=$(cat ${near(client.file)}) npm start`,
    '',
    '  Ctrl-C ends it; what it keeps stays.',
    '',
  );
  await server.ended;
  if (!stopping) throw new ToolMissing('Keycloak has ended by itself.');
}

run().catch((error: Error) => {
  process.stderr.write(`\n${error instanceof ToolMissing ? error.message : error.stack}\n`);
  process.exit(1);
});
