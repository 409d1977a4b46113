/** What one manifest says of another: whatever is named is there. */
import {
  containersOf,
  type Fields,
  idOf,
  type Manifest,
  ofKind,
  type PodTemplate,
  type Probe,
  podsOf,
  selects,
} from '#tests/chart/manifests.ts';

/** Secrets that an operator brings are outside: their names are given. */
export function unwired(manifests: readonly Manifest[], outside: readonly string[] = []): string[] {
  const has = (kind: string, name: string | undefined) =>
    ofKind(manifests, kind).some(({ metadata }) => metadata.name === name) ||
    (kind === 'Secret' && outside.includes(name ?? ''));
  const twice = manifests.map(idOf).filter((id, at, all) => all.indexOf(id) !== at);
  return [
    ...twice.map((id) => `${id} is there twice`),
    ...podsOf(manifests).flatMap((pod) => ofPod(pod, manifests, has)),
    ...ofServices(manifests),
    ...ofTargets(manifests, has),
    ...ofRoutes(manifests),
  ];
}

function ofPod(
  pod: PodTemplate,
  manifests: readonly Manifest[],
  has: (kind: string, name?: string) => boolean,
): string[] {
  const { id, spec, owner } = pod;
  const found: string[] = [];
  const expect = (what: string, holds: boolean) => void (holds || found.push(`${id}: ${what}`));
  expect(`ServiceAccount ${spec.serviceAccountName} is not there`, has('ServiceAccount', spec.serviceAccountName));
  if (owner.spec?.selector) expect('its selector does not select it', selects(owner.spec.selector, pod.labels));
  for (const { name, configMap, secret } of spec.volumes ?? []) {
    if (configMap) expect(`volume ${name}: ConfigMap ${configMap.name} is not there`, has('ConfigMap', configMap.name));
    if (!secret) continue;
    expect(`volume ${name}: Secret ${secret.secretName} is not there`, has('Secret', secret.secretName));
    const own = ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === secret.secretName);
    for (const { key } of secret.items ?? [])
      expect(`volume ${name}: no key ${key} in ${secret.secretName}`, !own || key in (own.stringData ?? {}));
  }
  const claims = (owner.spec?.volumeClaimTemplates ?? []).map(({ metadata }: Manifest) => metadata.name);
  const volumes = [...(spec.volumes ?? []).map(({ name }) => name), ...claims];
  for (const { name, env = [], envFrom = [], volumeMounts = [], ports = [], ...container } of containersOf(pod)) {
    for (const { configMapRef } of envFrom)
      expect(`${name}: ConfigMap ${configMapRef?.name} is not there`, has('ConfigMap', configMapRef?.name));
    for (const { valueFrom } of env)
      if (valueFrom?.secretKeyRef) {
        const { name: secret, key } = valueFrom.secretKeyRef;
        const own = ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === secret);
        expect(`${name}: Secret ${secret} is not there`, has('Secret', secret));
        expect(`${name}: no key ${key} in ${secret}`, !own || key in (own.stringData ?? {}));
      }
    for (const mount of volumeMounts) expect(`${name}: no volume ${mount.name}`, volumes.includes(mount.name));
    const known = ports.flatMap((port) => [port.name, port.containerPort]);
    const probes: (Probe | undefined)[] = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    for (const probe of probes)
      if (probe?.httpGet)
        expect(`${name}: a probe asks port ${probe.httpGet.port}`, known.includes(probe.httpGet.port));
  }
  for (const volume of volumes)
    expect(
      `nobody mounts ${volume}`,
      containersOf(pod).some(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === volume)),
    );
  return found;
}

/** A Service selects the pods of one component, and its ports are theirs. */
function ofServices(manifests: readonly Manifest[]): string[] {
  return ofKind(manifests, 'Service').flatMap((service) => {
    const pods = podsOf(manifests).filter(({ labels }) => selects({ matchLabels: service.spec.selector }, labels));
    if (pods.length !== 1) return [`${idOf(service)} selects ${pods.length} kinds of pods`];
    const ports = pods.flatMap(containersOf).flatMap(({ ports = [] }) => ports.map(({ name }) => name));
    return (service.spec.ports as Fields[])
      .filter(({ targetPort }) => !ports.includes(targetPort))
      .map(({ targetPort }) => `${idOf(service)} leads to port ${targetPort}, which is not there`);
  });
}

function ofTargets(manifests: readonly Manifest[], has: (kind: string, name?: string) => boolean): string[] {
  const budgets = ofKind(manifests, 'PodDisruptionBudget').filter(
    ({ spec }) => !podsOf(manifests).some(({ labels }) => selects(spec.selector, labels)),
  );
  const monitors = ofKind(manifests, 'ServiceMonitor').filter(({ spec }) => {
    const services = ofKind(manifests, 'Service').filter(({ metadata }) =>
      selects(spec.selector, metadata.labels ?? {}),
    );
    const names = services.map(({ spec }) => spec.ports.map(({ name }: Fields) => name));
    return services.length === 0 || names.some((own) => !own.includes(spec.endpoints[0].port));
  });
  const scalers = ofKind(manifests, 'HorizontalPodAutoscaler', 'ScaledObject').filter(
    ({ spec }) => !has('Deployment', spec.scaleTargetRef.name),
  );
  const headless = ofKind(manifests, 'StatefulSet').filter(({ spec }) => !has('Service', spec.serviceName));
  return [...budgets, ...monitors, ...scalers, ...headless].map((one) => `${idOf(one)} finds nothing`);
}

/** Backends are Services with that port; a parent that is ours has that listener. */
function ofRoutes(manifests: readonly Manifest[]): string[] {
  const service = (name: string, port: number) =>
    ofKind(manifests, 'Service').some(
      ({ metadata, spec }) => metadata.name === name && spec.ports.some((one: Fields) => one.port === port),
    );
  const [gateway] = ofKind(manifests, 'Gateway');
  const listeners = gateway?.spec.listeners.map(({ name }: Fields) => name) ?? [];
  return ofKind(manifests, 'HTTPRoute').flatMap((route) => {
    const backends: Fields[] = route.spec.rules.flatMap(({ backendRefs = [] }: Fields) => backendRefs);
    const parents: Fields[] = gateway ? route.spec.parentRefs : [];
    return [
      ...backends
        .filter(({ name, port }) => !service(name, port))
        .map(({ name, port }) => `no Service ${name}:${port}`),
      ...parents
        .filter(({ name, sectionName }) => name !== gateway?.metadata.name || !listeners.includes(sectionName))
        .map(({ name, sectionName }) => `no listener ${sectionName} of Gateway ${name}`),
    ].map((what) => `${idOf(route)}: ${what}`);
  });
}
