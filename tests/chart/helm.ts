/** The real helm on the real chart. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { helm, kubernetesValidate } from '#scripts/tools.ts';
import { type Manifest, parse } from '#tests/chart/manifests.ts';

export const CHART = resolve(import.meta.dirname, '../../helm');

/** What a cluster must have for every profile. */
export const API_VERSIONS = {
  gateway: 'gateway.networking.k8s.io/v1',
  istio: 'security.istio.io/v1',
  keda: 'keda.sh/v1alpha1',
  prometheus: 'monitoring.coreos.com/v1',
};

/** Values files, in order. */
export const PROFILES = {
  minimal: ['values-minimal.yaml'],
  dev: ['values-dev.yaml'],
  'dev in a mesh': ['values-dev.yaml', 'values-dev-mesh.yaml'],
  prod: ['values-prod.yaml'],
} as const;
export type Profile = keyof typeof PROFILES;
export const profiles = Object.keys(PROFILES) as Profile[];

/** Long enough, and nobody's. */
export const SEED = 'a seed that is for tests only, and long enough';

export type Ran = { code: number; output: string; errors: string };

function program(tool: typeof helm): string {
  const path = tool.find();
  if (!path) throw new Error(`${tool.name} ${tool.version} is not here: npm run tools -- ${tool.name}`);
  return path;
}

function run(path: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { code: status ?? -1, output: stdout, errors: stderr };
}

export type Choice = {
  profile?: Profile;
  /** Values on top, as in a file. */
  values?: object;
  /** Undefined: all. */
  apiVersions?: readonly string[];
  chart?: string;
  release?: string;
  /** Further words for the command line. */
  options?: readonly string[];
};

const given = ({ profile, values = {}, chart = CHART }: Choice, file: string): string[] => {
  writeFileSync(file, JSON.stringify({ secrets: { seed: SEED }, ...values }));
  return [...(profile ? PROFILES[profile] : []).map((name) => join(chart, name)), file].flatMap((one) => ['-f', one]);
};

/** With a values file that is gone afterwards. */
function withValues<T>(choice: Choice, use: (options: string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'parlor-values-'));
  try {
    return use(given(choice, join(folder, 'values.json')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function template(choice: Choice = {}): Ran {
  const { apiVersions = Object.values(API_VERSIONS), chart = CHART, release = 'parlor', options: more = [] } = choice;
  const known = apiVersions.flatMap((version) => ['--api-versions', version]);
  return withValues(choice, (options) =>
    run(program(helm), 'template', release, chart, '--namespace', 'play', ...options, ...more, ...known),
  );
}

/** @throws with helm's own words. */
export function render(choice: Choice = {}): Manifest[] {
  const { code, output, errors } = template(choice);
  if (code !== 0) throw new Error(`helm template failed: ${errors}`);
  return parse(output);
}

export function lint(profile: Profile): Ran {
  return withValues({ profile }, (options) => run(program(helm), 'lint', '--strict', CHART, ...options));
}

/** Strict: a field that Kubernetes does not know is a mistake. */
export function validateCore(text: string, version = '1.34'): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'parlor-manifests-'));
  try {
    const file = join(folder, 'manifests.yaml');
    writeFileSync(file, text);
    return run(program(kubernetesValidate), '--strict', '-k', version, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
