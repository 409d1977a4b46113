/** What `npm run k3d` runs, in order, as the exact commands. Nothing here runs anything. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = resolve(import.meta.dirname, '../..');

export type Command = {
  /** What a person reads before it runs. */
  what: string;
  argv: readonly [program: string, ...args: string[]];
};

/** What this script needs of `k3d-cluster.yaml`; k3d reads the rest. */
const Cluster = z.object({
  metadata: z.object({ name: z.string() }),
  registries: z.object({ create: z.object({ name: z.string(), hostPort: z.string() }) }),
});

export const CONFIG = 'k3d-cluster.yaml';
export const cluster = () => Cluster.parse(parse(readFileSync(resolve(ROOT, CONFIG), 'utf8')));

const RELEASE = 'parlor';
export const ORIGIN = 'http://parlor.localhost:8080';
/** Made once and kept beside the cluster; git ignores it. */
export const SEED = '.cache/k3d/seed';

const ISTIO = { repo: 'https://istio-release.storage.googleapis.com/charts', version: '1.30.3' };
const GATEWAY_API = 'https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.0/standard-install.yaml';

export type Wish = { istio: boolean; version: string; revision: string };

export function up({ istio, version, revision }: Wish): Command[] {
  const { registry } = names();
  const here = `localhost:${registry.hostPort}/parlor:${version}`;
  const labels = ['--build-arg', `VERSION=${version}`, '--build-arg', `REVISION=${revision}`];
  return [
    { what: 'a cluster', argv: ['k3d', 'cluster', 'create', '--config', CONFIG] },
    { what: 'the image', argv: ['docker', 'build', ...labels, '--tag', here, '.'] },
    { what: 'into its registry', argv: ['docker', 'push', here] },
    ...(istio ? mesh() : []),
    { what: 'Parlor', argv: ['helm', 'upgrade', '--install', RELEASE, 'helm', ...ours({ istio, version })] },
    { what: 'asks it as a browser would', argv: ['helm', 'test', RELEASE, '--namespace', RELEASE, ...there()] },
  ];
}

export const down = (): Command[] => [{ what: 'no cluster', argv: ['k3d', 'cluster', 'delete', names().name] }];

function names() {
  const { metadata, registries } = cluster();
  return { name: metadata.name, registry: registries.create };
}

/** Never into whichever cluster was used last. */
const context = () => `k3d-${names().name}`;
const there = () => ['--kube-context', context()];

/** Values as `helm template` takes them too. */
export function values({ istio, version }: Pick<Wish, 'istio' | 'version'>): string[] {
  const { name, hostPort } = names().registry;
  const profiles = ['helm/values-dev.yaml', ...(istio ? ['helm/values-dev-mesh.yaml'] : [])];
  return [
    ...profiles.flatMap((file) => ['--values', file]),
    ...['--set', `image.registry=${name}:${hostPort}`, '--set', `image.tag=${version}`],
    ...['--set-file', `secrets.seed=${SEED}`],
  ];
}

const ours = (wish: Pick<Wish, 'istio' | 'version'>) => [
  ...['--namespace', RELEASE, '--create-namespace', ...values(wish)],
  ...['--wait', '--timeout', '10m', ...there()],
];

/** Ambient mode, and as little of it as runs on a laptop. */
function mesh(): Command[] {
  const chart = (release: string, name: string, ...settings: string[]): Command => ({
    what: `Istio: ${name}`,
    argv: [
      ...(['helm', 'upgrade', '--install', release, name, '--repo', ISTIO.repo, '--version', ISTIO.version] as const),
      ...['--namespace', 'istio-system', '--create-namespace', '--wait', '--timeout', '10m', ...there()],
      ...settings.flatMap((one) => ['--set', one]),
    ],
  });
  const ambient = ['profile=ambient', 'global.platform=k3d'];
  const small = (of: string, memory: string) => [`${of}.requests.cpu=50m`, `${of}.requests.memory=${memory}`];
  return [
    {
      what: 'the Gateway API',
      argv: ['kubectl', '--context', context(), 'apply', '--server-side', '--filename', GATEWAY_API],
    },
    chart('istio-base', 'base'),
    chart('istiod', 'istiod', ...ambient, ...small('pilot.resources', '256Mi')),
    chart('istio-cni', 'cni', ...ambient),
    chart('ztunnel', 'ztunnel', ...small('resources', '96Mi')),
  ];
}

/** As one would type it. */
export const typed = ({ argv }: Command): string =>
  argv.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
