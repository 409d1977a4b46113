import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { CONFIG, down, typed, up } from './plan.ts';

// Each test starts programs, one after the other.
vi.setConfig({ testTimeout: 120_000 });
const ROOT = resolve(import.meta.dirname, '../..');
const config = () => parse(readFileSync(join(ROOT, CONFIG), 'utf8'));

const schema = JSON.parse(readFileSync(new URL('./k3d-v1alpha5.schema.json', import.meta.url), 'utf8'));
const hostname = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const valid = new Ajv({ strict: false, formats: { hostname, ipv4: { validate: isIPv4 } } }).compile(schema);

function k3d(args: string[], path: string) {
  const env = { PATH: path, HOME: process.env.HOME };
  return spawnSync(process.execPath, ['scripts/k3d.ts', ...args], { cwd: ROOT, env, encoding: 'utf8' });
}

/** Programs that only write down how they were called; `fails` are the calls that end with 1. */
function programs(fails: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'parlor-k3d-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'log');
  writeFileSync(log, '');
  const cases = fails.map((call) => `"${call}"*) exit 1 ;;`).join(' ');
  for (const name of ['docker', 'k3d', 'helm', 'kubectl']) {
    const script = `#!/bin/sh\necho "${name} $*" >> ${log}\ncase "${name} $*" in ${cases} esac\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  return { path: `${folder}:/usr/bin:/bin`, calls: () => readFileSync(log, 'utf8').trim().split('\n') };
}

it("[B5] the cluster's file is valid for k3d; a misspelt word or a wrong number in it is detected", () => {
  expect(valid(config()) || valid.errors).toBe(true);
  for (const wrong of [{ servers: 0 }, { agent: 2 }, { kubeAPI: { hostIP: 'here' } }, { ports: [{ prt: '80' }] }])
    expect(valid({ ...config(), ...wrong }), JSON.stringify(wrong)).toBe(false);
});

it('[B5] the cluster has servers and agents, no traefik, encrypted secrets, a registry, and is reachable from this machine alone', () => {
  const { servers, agents, ports, registries, kubeAPI, options, image } = config();
  expect([servers, agents].every((n) => n > 0)).toBe(true);
  const args = options.k3s.extraArgs.map(({ arg }: { arg: string }) => arg);
  expect(args).toEqual(expect.arrayContaining(['--disable=traefik', '--secrets-encryption']));
  expect([kubeAPI.hostIP, registries.create.host]).toEqual(['127.0.0.1', '127.0.0.1']);
  for (const { port } of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  expect(image).toMatch(/^rancher\/k3s:v1\.34\./); // what the chart is validated against
});

it('[B6] a dry run prints the exact commands and runs none', () => {
  const { path, calls } = programs([]);
  const dry = k3d(['up', '--istio', '--dry-run'], path);
  expect(dry).toMatchObject({ status: 0, stderr: '' });
  const version = /--build-arg VERSION=(dev-[0-9a-f]{12})/.exec(dry.stdout)?.[1] ?? expect.fail(dry.stdout);
  const revision = /REVISION=(\w+)/.exec(dry.stdout)?.[1] ?? '';
  const told = up({ istio: true, version, revision }).map(typed);
  expect(dry.stdout.trim().split('\n')).toEqual(told);
  expect(k3d(['down', '--dry-run'], path).stdout.trim()).toBe(typed(down()[0] ?? expect.fail()));
  expect(calls()).toEqual(['']);
});

it('[B6] a run creates the cluster, builds, pushes, installs and tests, in this order, and only in its own cluster', () => {
  const { path, calls } = programs(['k3d cluster get']);
  const { status, stdout } = k3d(['up', '--istio'], path);
  expect(status, stdout).toBe(0);
  expect(stdout).toContain('Parlor is open at http://parlor.localhost:8080');
  const [info, get, ...rest] = calls();
  expect([info, get]).toEqual(['docker info', 'k3d cluster get parlor']);
  expect(rest.map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
    'k3d cluster',
    ...['docker build', 'docker push'],
    'kubectl --context',
    ...Array(4).fill('helm upgrade'),
    ...['helm upgrade', 'helm test'],
  ]);
  for (const call of rest.filter((one) => /^(helm|kubectl)/.test(one))) expect(call).toMatch(/context k3d-parlor\b/);
});

it('[B6] an existing cluster is kept, a failure ends the run with a sentence, and no command contains a secret', () => {
  const { path, calls } = programs(['docker push']);
  const { status, stderr } = k3d(['up'], path);
  expect(status).toBe(1);
  expect(stderr).toContain('docker ended with 1. What is there already stays');
  expect(calls().map((call) => call.split(' ').slice(0, 3).join(' '))).not.toContain('k3d cluster create');
  const seed = readFileSync(join(ROOT, '.cache/k3d/seed'), 'utf8');
  expect(seed).toMatch(/^[0-9a-f]{64}$/);
  expect(calls().join('\n')).not.toContain(seed);
});

it('[B6] a missing tool and an unknown argument are named before anything is done', () => {
  const without = k3d(['up'], dirname(process.execPath));
  expect(without.status).toBe(1);
  for (const name of ['docker', 'k3d', 'helm', 'kubectl'])
    expect(without.stderr).toContain(`${name} is not on the PATH`);
  const { path, calls } = programs(['docker info']);
  expect(k3d(['up'], path)).toMatchObject({ status: 1, stderr: expect.stringContaining('has no engine') });
  expect(calls()).toEqual(['docker info']);
  for (const args of [[], ['sideways'], ['up', 'down'], ['up', '--fast']])
    expect(k3d(args, path)).toMatchObject({ status: 1, stderr: expect.stringContaining('npm run k3d -- up') });
});
