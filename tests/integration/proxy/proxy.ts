/** The examples of docs/proxies, run by the real programs: only ports, the name and the certificate are put in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RunningProxy = { stop(): Promise<void> };
type Ports = { port: number; upstream: number };

/** As in the example, with a shorter patience for silence: pings have to keep an idle socket alive. */
export const SILENCE_S = 6;

/** Exactly so often, so that an example that changes is noticed. */
function put(text: string, from: string | RegExp, into: string): string {
  if (text.split(from).length !== 2) throw new Error(`the example has ${from} not once`);
  return text.replace(from, into);
}

async function nginx(folder: string, { port, upstream }: Ports): Promise<ChildProcess> {
  let example = await readFile('docs/proxies/nginx.conf', 'utf8');
  example = put(example, 'server 127.0.0.1:2567;', `server 127.0.0.1:${upstream};`);
  example = put(example, 'listen 443 ssl;', `listen 127.0.0.1:${port};`);
  example = put(example, 'server_name play.example.org;', 'server_name localhost;');
  example = put(example, /ssl_certificate \S+;/, '');
  example = put(example, /ssl_certificate_key \S+;/, '');
  example = put(example, 'proxy_read_timeout 60s;', `proxy_read_timeout ${SILENCE_S}s;`);
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join(' ');
  const main = 'daemon off; master_process off; error_log stderr; events {}';
  const file = join(folder, 'nginx.conf');
  await writeFile(file, `pid ${join(folder, 'pid')}; ${main}\nhttp { ${temporary}\n${example}\n}\n`);
  const env = { PATH: `${process.env.PATH}:/usr/sbin` };
  return spawn('nginx', ['-p', folder, '-c', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function caddy(folder: string, { port, upstream }: Ports): Promise<ChildProcess> {
  let example = await readFile('docs/proxies/Caddyfile', 'utf8');
  example = put(example, 'reverse_proxy 127.0.0.1:2567 {', `reverse_proxy 127.0.0.1:${upstream} {`);
  example = put(example, 'play.example.org {', `http://localhost:${port} {\nbind 127.0.0.1`);
  const file = join(folder, 'Caddyfile');
  await writeFile(file, `{\nadmin off\n}\n${example}`);
  const env = { PATH: process.env.PATH, HOME: folder };
  return spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

export const PROXIES = { nginx, caddy };

export async function startProxy(name: keyof typeof PROXIES, ports: Ports): Promise<RunningProxy> {
  const folder = await mkdtemp(join(tmpdir(), `parlor-${name}-`));
  const child = await PROXIES[name](folder, ports);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} ended: ${said.slice(-2_000)}`);
  });
  ended.catch(() => {});
  const answers = async () => {
    while (
      !(await fetch(`http://localhost:${ports.port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await new Promise((resolve) => setTimeout(resolve, 30));
  };
  await Promise.race([answers(), ended]);
  return {
    async stop() {
      const over = once(child, 'exit');
      child.kill('SIGKILL');
      await over;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
