/** What the chart takes the program for, held against the program itself. */
import { type Config, parseConfig } from '#server/config.ts';
import { VARIABLES } from '#server/variables.ts';
import { environmentOf, podIp } from '#tests/chart/environment.ts';
import {
  type Container,
  type Manifest,
  ofKind,
  type PodTemplate,
  processesOf,
  selects,
} from '#tests/chart/manifests.ts';

/** @throws ConfigError with the program's own words. */
export function configOf(pod: PodTemplate, manifests: readonly Manifest[]): Config {
  return parseConfig(environmentOf(pod.spec.containers[0] as Container, manifests));
}

/** Variables of Kubernetes' own making, from which others are put together. */
const PARTS = new Set(['POD_IP', 'REDIS_PASSWORD', 'POSTGRES_PASSWORD']);
/** Where the program answers a probe. */
const PROBES = { startupProbe: '/healthz', livenessProbe: '/healthz', readinessProbe: '/readyz' } as const;
/** From the end of a drain to the end of a process, s. */
const LAST_STEPS = 10;

export function misunderstood(manifests: readonly Manifest[]): string[] {
  return processesOf(manifests).flatMap((pod) => {
    const { id, spec, component } = pod;
    const [container] = spec.containers as [Container];
    const found: string[] = [];
    const expect = (what: string, holds: boolean) => void (holds || found.push(`${id}: ${what}`));
    const env = environmentOf(container, manifests);
    const names = Object.keys(env);
    for (const name of names)
      expect(`${name} is not a variable of the program`, Object.hasOwn(VARIABLES, name) || PARTS.has(name));
    let config: Config;
    try {
      config = configOf(pod, manifests);
    } catch (error) {
      return [...found, `${id}: ${(error as Error).message}`];
    }
    const { cluster, port, host } = config;
    expect('is not one of many', cluster !== undefined);
    const role = cluster?.role === 'all' ? 'rooms' : cluster?.role;
    expect(`has the role ${cluster?.role}`, role === component);
    expect(`listens on ${host} only`, host === '0.0.0.0' || host === '::');
    expect(
      `listens on ${port}, which is no port of it`,
      container.ports?.some(({ containerPort }) => containerPort === port) ?? false,
    );
    expect(
      `is told to be at ${cluster?.address}`,
      cluster?.address === `${host === '::' ? `[${podIp(env)}]` : podIp(env)}:${port}`,
    );
    expect('is not in production', config.production);
    expect('has no token for /metrics', (config.metricsToken?.length ?? 0) >= 16);
    const isEdge = component === 'edge';
    expect('knows the database', config.databaseUrl.startsWith('postgres') !== isEdge);
    expect('knows the key', names.includes('PARLOR_KEY_FILE') !== isEdge);
    const mounts = (container.volumeMounts ?? []).map(({ mountPath }) => mountPath);
    expect(
      'writes its data to the image',
      mounts.some((path) => config.dataDir.startsWith(path)),
    );
    if (!isEdge)
      expect(
        'has its key nowhere',
        mounts.some((path) => config.keyFile.startsWith(path)),
      );
    for (const [probe, path] of Object.entries(PROBES))
      expect(`its ${probe} does not ask ${path}`, container[probe as keyof typeof PROBES]?.httpGet?.path === path);
    return found;
  });
}

/** The signal comes when preStop is over; then it drains, then it closes. And others must be there before. */
export function hurried(manifests: readonly Manifest[]): string[] {
  return processesOf(manifests).flatMap((pod) => {
    const { id, spec, component, owner } = pod;
    const [{ lifecycle }] = spec.containers as [Container];
    const drain = Number(environmentOf(spec.containers[0] as Container, manifests).PARLOR_DRAIN_MS) / 1000;
    const needed = (lifecycle?.preStop?.sleep?.seconds ?? 0) + drain + LAST_STEPS;
    const grace = spec.terminationGracePeriodSeconds ?? 30;
    const { type, rollingUpdate } = owner.spec.strategy ?? {};
    const surge = type === 'RollingUpdate' && rollingUpdate?.maxUnavailable === 0 && rollingUpdate.maxSurge;
    const budget = ofKind(manifests, 'PodDisruptionBudget').find((one) => selects(one.spec.selector, pod.labels));
    return [
      ...(budget?.spec.maxUnavailable === 1 ? [] : [`${id}: may be evicted all at once`]),
      ...(grace >= needed ? [] : [`${id}: has ${grace} s to stop, and needs ${needed}`]),
      ...(lifecycle?.preStop?.sleep ? [] : [`${id}: is told to stop before others know`]),
      ...(surge && (component !== 'rooms' || surge === '100%') ? [] : [`${id}: goes before others are there`]),
    ];
  });
}
