/**
 * What `npm test` needs from the system. Finds each tool, installs what is missing where it may
 * (Debian, root or passwordless sudo), and otherwise ends with the line to run. Running it again changes nothing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, onPath, runnable } from '#scripts/on-path.ts';
import { helm, k6, kubernetesValidate } from '#scripts/tools.ts';

/** `find` returns where the tool is, or nothing. `packages` are Debian's names. */
type Tool = { name: string; packages: string[]; hint: string; find(env: Environment): string | undefined };

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

export function findChromium(env: Environment = process.env): string | undefined {
  if (env.CHROMIUM) return runnable(env.CHROMIUM) ? env.CHROMIUM : undefined;
  return onPath(['chromium', 'chromium-browser', 'google-chrome'], env);
}

/** The folder that holds `initdb` and `pg_ctl`; the newest version when there are several. */
export function findPostgres(env: Environment = process.env): string | undefined {
  const versions = list('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  const folders = env.PG_BIN ? [env.PG_BIN] : versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  return folders.find((folder) => runnable(join(folder, 'initdb')) && runnable(join(folder, 'pg_ctl')));
}

const findRedis = (env: Environment) => onPath(['redis-server'], env);

export const findPgBouncer = (env: Environment = process.env) =>
  onPath(['pgbouncer'], { PATH: `${env.PATH}:/usr/sbin` });

const findNginx = (env: Environment) => onPath(['nginx'], { PATH: `${env.PATH}:/usr/sbin` });

const findCaddy = (env: Environment) => onPath(['caddy'], env);

/** The library that shifts the clock of the programs that load it. */
export const findFaketime = (): string | undefined =>
  list('/usr/lib')
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
    .find((file) => existsSync(file));

const findEmoji = (): string | undefined =>
  list('/usr/share/fonts/truetype/noto').includes('NotoColorEmoji.ttf')
    ? '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf'
    : undefined;

export const TOOLS: Tool[] = [
  { name: 'Chromium', packages: ['chromium'], hint: 'or name one with CHROMIUM=/path', find: findChromium },
  {
    name: 'PostgreSQL',
    packages: ['postgresql'],
    hint: 'or name its bin folder with PG_BIN=/path',
    find: findPostgres,
  },
  { name: 'Redis', packages: ['redis-server'], hint: 'for many processes', find: findRedis },
  { name: 'PgBouncer', packages: ['pgbouncer'], hint: 'a pooler before PostgreSQL', find: findPgBouncer },
  { name: 'nginx', packages: ['nginx-light'], hint: 'the examples in docs/proxies are run', find: findNginx },
  { name: 'Caddy', packages: ['caddy'], hint: 'likewise', find: findCaddy },
  { name: 'faketime', packages: ['faketime'], hint: 'days pass in tests', find: findFaketime },
  { name: 'emoji font', packages: ['fonts-noto-color-emoji'], hint: 'pages are drawn with it', find: findEmoji },
];

/** Older ones read another kind of OpenAPI document; Debian 12 has only such a one, so it is not installed. */
const KUBECTL_MINOR = 27;

function findKubectl(env: Environment): string | undefined {
  const path = onPath(['kubectl'], env);
  if (!path) return undefined;
  const { stdout } = spawnSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  const minor = Number(/"minor": *"(\d+)/.exec(stdout)?.[1]);
  return minor >= KUBECTL_MINOR ? path : undefined;
}

/** Tests that only run where their tool is; `npm test` says in its closing lines when they were left out. */
export const OPTIONAL = [
  { name: `kubectl 1.${KUBECTL_MINOR} or newer`, tests: 'tests/integration/kubectl.test.ts', find: findKubectl },
  { name: 'k6 (npm run tools -- k6)', tests: 'tests/integration/load/**', find: k6.find },
  {
    name: 'helm and kubernetes-validate (npm run chart)',
    tests: 'tests/chart/**',
    find: (env: Environment) => helm.find(env) && kubernetesValidate.find(env),
  },
];

export const missing = (tools: Tool[], env: Environment): Tool[] => tools.filter((tool) => !tool.find(env));

/** What a person reads when `tools` are missing and could not be installed. */
export function sentence(tools: Tool[], because: string): string {
  const names = tools.map((tool) => `${tool.name} (${tool.hint})`).join(', ');
  const packages = tools.flatMap((tool) => tool.packages).join(' ');
  return `The tests need ${names}, and ${because}. Run:\n\n    sudo apt-get update && sudo apt-get install -y ${packages}\n`;
}

/** The words to put before apt-get; nothing when this user may not install. */
function privilege(): string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

/** Installs Debian packages without starting their services; says why when it cannot. */
function install(packages: string[]): string | undefined {
  if (!onPath(['apt-get'], process.env)) return 'this is not a Debian system';
  const prefix = privilege();
  if (!prefix) return 'installing needs root or passwordless sudo';
  const apt = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-q'];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const [command = '', ...options] = [...prefix, ...apt, ...step];
    console.log(`deps   apt-get ${step.join(' ')}`);
    if (spawnSync(command, options, { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0) {
      return `apt-get ${step[0]} failed`;
    }
  }
  return undefined;
}

/** Finds or installs everything; returns the sentence to end with when something is still missing. */
export function provide(): string | undefined {
  const absent = missing(TOOLS, process.env);
  let because = 'apt installed something else than expected';
  if (absent.length > 0) {
    console.log(`deps   installing ${absent.map((tool) => tool.name).join(', ')}; this can take a minute`);
    because = install(absent.flatMap((tool) => tool.packages)) ?? because;
  }
  for (const tool of TOOLS) console.log(`deps   ${tool.name}: ${tool.find(process.env) ?? 'missing'}`);
  const still = missing(TOOLS, process.env);
  return still.length > 0 ? sentence(still, because) : undefined;
}

if (import.meta.main) {
  const problem = provide();
  if (problem) console.error(`\n${problem}`);
  process.exitCode = problem ? 1 : 0;
}
