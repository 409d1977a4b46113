/** Every manifest against what Kubernetes, or the CRD, takes: no field more, none of another type. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHART, profiles, render, validateCore } from '#tests/chart/helm.ts';
import { containersOf, idOf, type Manifest, parse, podsOf } from '#tests/chart/manifests.ts';
import { invalid, isCustom } from '#tests/chart/models.ts';
import { hardened } from '#tests/chart/rules/hardened.ts';

/** JSON is YAML in which nothing can be misread. */
const text = (manifests: readonly Manifest[]) => manifests.map((one) => JSON.stringify(one)).join('\n---\n');

it.each(profiles)('[Q2] %s is strictly valid for Kubernetes 1.34; custom resources by their models', (profile) => {
  const manifests = render({ profile });
  const core = manifests.filter((one) => !isCustom(one));
  const { code, output, errors } = validateCore(text(core));
  expect([code, (output + errors).replaceAll(/^INFO .*$/gm, '').trim()]).toEqual([0, '']);
  // Each of them was looked at.
  expect((output + errors).match(/passed for resource/g)).toHaveLength(core.length);
  expect(manifests.filter(isCustom).flatMap(invalid)).toEqual([]);
});

it('[Q2] the chart without a profile, with every switch on, is valid too', () => {
  const on = { enabled: true };
  const values = {
    keycloak: { mode: 'embedded' },
    gateway: { ...on, name: 'shared', namespace: 'edge', create: false },
    mesh: on,
    metrics: { annotations: on, serviceMonitor: { ...on, labels: { release: 'prometheus' } }, dashboards: on },
    rooms: { autoscaling: { engine: 'hpa' } },
    edge: { autoscaling: { engine: 'hpa' }, trustedProxies: 2 },
    scheduling: { nodeSelector: { disk: 'fast' }, tolerations: [{ key: 'games', operator: 'Exists' }] },
    image: { registry: 'registry.example.org:5000', digest: `sha256:${'a'.repeat(64)}`, pullSecrets: ['registry'] },
    networkPolicy: { edgeFrom: [{ ipBlock: { cidr: '192.0.2.0/24' } }] },
  };
  const manifests = render({ values });
  const core = manifests.filter((one) => !isCustom(one));
  expect(validateCore(text(core))).toMatchObject({ code: 0 });
  expect(manifests.filter(isCustom).flatMap(invalid)).toEqual([]);
});

it('[Q2] a misspelt field, a wrong type and an unknown kind are detected in each of them', () => {
  const manifests = render({ profile: 'prod' });
  const one = manifests.find(({ kind }) => kind === 'Deployment') as Manifest;
  const misspelt = { ...one, spec: { ...one.spec, replica: 3 } };
  expect(validateCore(text([misspelt]))).toMatchObject({
    code: 1,
    output: expect.stringContaining("'replica' was unexpected"),
  });
  expect(validateCore(text([{ ...one, spec: { ...one.spec, minReadySeconds: 'soon' } }])).code).toBe(1);
  for (const custom of manifests.filter(isCustom)) {
    expect(invalid({ ...custom, spec: { ...custom.spec, planted: 1 } })).toEqual([
      `${idOf(custom)}: spec.planted is not a field of ${custom.kind}`,
    ]);
    expect(invalid({ ...custom, kind: 'Nothing' })[0]).toContain('there is no model');
  }
  const wrong = manifests.find(({ kind }) => kind === 'PeerAuthentication') as Manifest;
  expect(invalid({ ...wrong, spec: { ...wrong.spec, mtls: { mode: 'STRONG' } } })[0]).toMatch(
    /mode.*must be equal to one/,
  );
});

it('[Q2] the Job for kube-bench is valid, reads its node only, and is not in the chart', () => {
  const file = readFileSync(join(CHART, 'security/kube-bench-job.yaml'), 'utf8');
  expect(validateCore(file)).toMatchObject({ code: 0 });
  const [pod] = podsOf(parse(file));
  const mounts = pod ? containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts) : [];
  expect(mounts.length).toBeGreaterThan(0);
  expect(mounts.filter((mount) => !('readOnly' in mount))).toEqual([]);
  // It is what nothing in the chart may be.
  expect(hardened(parse(file)).length).toBeGreaterThan(0);
  expect(render({ profile: 'prod' }).filter(({ kind }) => kind === 'Job' || kind === 'Namespace')).toEqual([]);
});
