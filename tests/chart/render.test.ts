/** That the chart renders, the same way each time, and that scale is only scale. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMetrics } from '#server/telemetry/metrics.ts';
import { CHART, lint, profiles, render, template } from '#tests/chart/helm.ts';
import { type EnvVar, idOf, type Manifest, ofKind, processesOf } from '#tests/chart/manifests.ts';

const byId = (manifests: readonly Manifest[]) => new Map(manifests.map((one) => [idOf(one), one]));

describe.each(profiles)('the profile %s', (profile) => {
  it('[Q1] helm lint --strict accepts the profile', () => {
    const { code, output, errors } = lint(profile);
    expect([code, output]).toEqual([0, expect.stringContaining('1 chart(s) linted, 0 chart(s) failed')]);
    expect(output + errors).not.toMatch(/\[(WARNING|ERROR)\]/);
  });

  it('[Q1] the profile renders the same bytes twice', () => {
    const first = template({ profile });
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('kind: Deployment') });
    expect(template({ profile }).output).toBe(first.output);
  });

  it('[Q10] scaling changes replica counts only', () => {
    const grown = { replicas: 9, autoscaling: { minReplicas: 7, maxReplicas: 80 } };
    const before = byId(render({ profile }));
    const after = byId(render({ profile, values: { rooms: grown, edge: grown, api: { replicas: 5 } } }));
    expect([...after.keys()]).toEqual([...before.keys()]);
    const changed: string[] = [];
    for (const [id, manifest] of after) {
      const old = before.get(id) as Manifest;
      if (JSON.stringify(manifest) !== JSON.stringify(old)) changed.push(manifest.kind);
      if (manifest.kind !== 'Deployment') continue;
      expect({ ...manifest.spec, replicas: 0 }).toEqual({ ...old.spec, replicas: 0 });
    }
    expect(changed.length).toBeGreaterThan(0);
    const ofScale = ['Deployment', 'HorizontalPodAutoscaler', 'ScaledObject'];
    expect(changed.filter((kind) => !ofScale.includes(kind))).toEqual([]);
  });
});

it('[Q10] an autoscaled Deployment has no replica count', () => {
  const scaled = (engine: string) =>
    byId(render({ profile: 'prod', values: { rooms: { autoscaling: { engine } } } })).get('Deployment/parlor-rooms')
      ?.spec;
  expect(scaled('keda')).not.toHaveProperty('replicas');
  expect(scaled('hpa')).not.toHaveProperty('replicas');
  expect(scaled('none')).toMatchObject({ replicas: 3 });
});

it('[Q10] routes name the edge only; machine endpoints are not among them', () => {
  const routes = ofKind(render({ profile: 'prod' }), 'HTTPRoute');
  const rules = routes.flatMap(({ spec }) => spec.rules);
  const backends = rules.flatMap(({ backendRefs = [] }) => backendRefs);
  expect(backends).toEqual([{ name: 'parlor-edge', port: 80 }]);
  const [doors] = rules;
  expect(doors.matches.map(({ path }: { path: { value: string } }) => path.value)).toContain('/metrics');
  expect([doors.backendRefs, doors.filters[0].type]).toEqual([undefined, 'RequestRedirect']);
  // A timeout would cut sockets.
  expect(rules.filter(({ timeouts }) => timeouts)).toEqual([]);
});

it('[Q10] Keycloak is reachable from outside for sign-in only', () => {
  const route = byId(render({ profile: 'dev in a mesh' })).get('HTTPRoute/parlor-keycloak');
  const paths = route?.spec.rules.flatMap(({ matches }: { matches: { path: { value: string } }[] }) =>
    matches.map(({ path }) => path.value),
  );
  expect(route?.spec.hostnames).toEqual(['auth.parlor.localhost']);
  expect(paths).toEqual([
    '/realms/parlor/protocol',
    '/realms/parlor/login-actions',
    '/realms/parlor/.well-known',
    '/resources',
  ]);
});

it("[I98] the chart's Keycloak gets everything that the realm file leaves open, the secret from a Secret", () => {
  const manifests = byId(render({ profile: 'dev' }));
  const realm = manifests.get('ConfigMap/parlor-keycloak')?.data?.['parlor-realm.json'] ?? '';
  const open = new Set([...realm.matchAll(/\$\{(PARLOR_\w+)/g)].map(([, name]) => name));
  const env = manifests.get('StatefulSet/parlor-keycloak')?.spec.template.spec.containers[0].env as EnvVar[];
  const given = new Map(env.filter(({ name }) => name.startsWith('PARLOR_')).map((one) => [one.name, one]));
  expect(new Set(given.keys())).toEqual(open);
  expect(given.get('PARLOR_SERVER_ENABLED')?.value).toBe('true');
  expect(given.get('PARLOR_SERVER_SECRET')).toMatchObject({
    valueFrom: { secretKeyRef: { name: expect.any(String) } },
  });
});

it('[Q15] a process exports every series that autoscaling queries', async () => {
  const census = { clients: () => 0, rooms: () => new Map() };
  const page = await createMetrics(census as never).page();
  const exported = new Set([...page.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
  const [object] = ofKind(render({ profile: 'prod' }), 'ScaledObject');
  const queries: string[] = object?.spec.triggers.map(
    ({ metadata }: { metadata: { query: string } }) => metadata.query,
  );
  expect(queries).toHaveLength(3);
  for (const query of queries) expect([query, exported.has(/\((\w+)\{/.exec(query)?.[1])]).toEqual([query, true]);
});

it('[Q15] every dashboard is in a ConfigMap for Grafana, equal to its file', () => {
  const folder = join(CHART, 'dashboards');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(files.length).toBeGreaterThan(0);
  const map = byId(render({ profile: 'prod' })).get('ConfigMap/parlor-dashboards');
  expect(map?.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  expect(Object.keys(map?.data ?? {})).toEqual(files);
  for (const file of files)
    expect(JSON.parse(map?.data?.[file] ?? '')).toEqual(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  expect(byId(render({ profile: 'dev' })).has('ConfigMap/parlor-dashboards')).toBe(false);
});

it('[Q15] Prometheus finds each process by a ServiceMonitor or by annotations, with the token from its Secret', () => {
  const annotated = render({ profile: 'dev', values: { metrics: { annotations: { enabled: true } } } });
  for (const { annotations } of processesOf(annotated))
    expect(annotations).toMatchObject({ 'prometheus.io/port': '2567', 'prometheus.io/path': '/metrics' });
  const [monitor] = ofKind(render({ profile: 'prod' }), 'ServiceMonitor');
  expect(monitor?.spec.endpoints).toMatchObject([
    { port: 'http', path: '/metrics', authorization: { credentials: { name: 'parlor-metrics', key: 'token' } } },
  ]);
});
