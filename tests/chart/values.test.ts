/** Values that are wrong, and clusters that lack something: refused before anything is made, in words. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { values as ofLaptop } from '#scripts/k3d/plan.ts';
import { VARIABLES, type Variable } from '#server/variables.ts';
import { API_VERSIONS, CHART, render, template } from '#tests/chart/helm.ts';
import { ofKind, processesOf } from '#tests/chart/manifests.ts';

const EMBEDDED = { keycloak: { mode: 'embedded' } };

/** What is wrong, and what helm says of it: the place, what is there, what should be. */
const WRONG: [values: object, sentence: string][] = [
  [{ nonsense: 1 }, "at '': additional properties 'nonsense' not allowed"],
  [{ rooms: { replica: 3 } }, "at '/rooms': additional properties 'replica' not allowed"],
  [{ rooms: { replicas: 0 } }, "at '/rooms/replicas': minimum: got 0, want 1"],
  [{ rooms: { replicas: 'two' } }, "at '/rooms/replicas': got string, want integer"],
  [{ rooms: { drainSeconds: 601 } }, "at '/rooms/drainSeconds': maximum: got 601, want 600"],
  [
    { rooms: { resources: { limits: {}, requests: {} } }, mesh: { enabled: 'yes' } },
    "at '/mesh/enabled': got string, want boolean",
  ],
  [{ rooms: { resources: { limits: null } } }, "at '/rooms/resources': missing property 'limits'"],
  [{ edge: { service: { type: 'ExternalName' } } }, "at '/edge/service/type': value must be one of 'ClusterIP'"],
  [{ edge: { trustedProxies: 11 } }, "at '/edge/trustedProxies': maximum: got 11, want 10"],
  [{ redis: { appendfsync: 'no' } }, "at '/redis/appendfsync': value must be one of 'always', 'everysec'"],
  [{ redis: { storage: { size: '8GB' } } }, "at '/redis/storage/size': '8GB' does not match pattern"],
  [{ host: 'https://play.example.org' }, "at '/host': 'https://play.example.org' does not match pattern"],
  [{ origin: 'https://play.example.org/x' }, "at '/origin': 'https://play.example.org/x' does not match pattern"],
  [{ allowedOrigins: ['example.org'] }, "at '/allowedOrigins/0': 'example.org' does not match pattern"],
  [{ logLevel: 'loud' }, "at '/logLevel': value must be one of 'fatal', 'error', 'warn', 'info'"],
  [{ keycloak: { mode: 'none' } }, "at '/keycloak/mode': value must be one of 'embedded', 'internal', 'external'"],
  [{ keycloak: { url: 'ftp://id' } }, "at '/keycloak/url': 'ftp://id' does not match pattern"],
  [{ image: { digest: 'sha256:12' } }, "at '/image/digest': 'sha256:12' does not match pattern"],
  [{ config: { PARLOR_KEY: 'x' } }, "at '/config': additional properties 'PARLOR_KEY' not allowed"],
  [
    { config: { PARLOR_TEST_UNSEALED: 'on' } },
    "at '/config': additional properties 'PARLOR_TEST_UNSEALED' not allowed",
  ],
  [{ networkPolicy: { edgeFrom: [{ cidr: 'x' }] } }, "at '/networkPolicy/edgeFrom/0': additional properties 'cidr'"],

  [{ image: { tag: 'latest' } }, 'image.tag is latest: that is another image tomorrow. Name a version'],
  [{ secrets: { seed: '' } }, 'encryption.existingSecret is empty, and there is no secrets.seed to derive it from.'],
  [{ secrets: { seed: 'hunter2' } }, 'secrets.seed has 7 characters (not shown), and must have 32 or more, at random.'],
  [{ redis: { mode: 'external' } }, 'redis.existingSecret must name the Secret that holds its whole address'],
  [{ postgres: { mode: 'external' } }, 'postgres.existingSecret must name the Secret that holds its whole address'],
  [{ keycloak: { mode: 'external', url: 'https://id' } }, 'keycloak.existingSecret must name the Secret that holds'],
  [
    { keycloak: { mode: 'internal', url: 'https://id', realm: 'club' } },
    'keycloak.mode is internal, whose realm is parlor, but keycloak.realm is club.',
  ],
  [{ keycloak: { mode: 'internal' } }, 'keycloak.url must be the address where browsers find it.'],
  [{ mesh: { enabled: true } }, 'mesh.enabled needs gateway.enabled: in a strict mesh nobody comes in'],
  [{ gateway: { enabled: true, create: false } }, 'gateway.name must say which Gateway the routes attach to.'],
  [
    { gateway: { enabled: true }, edge: { service: { type: 'NodePort' } } },
    'that would be a second way in, past the gateway.',
  ],
  [
    { gateway: { enabled: true, tls: { secretName: 'tls' } }, origin: 'http://play.example.org' },
    'origin is http://play.example.org, but the gateway has a certificate: browsers will come by https://.',
  ],
  [
    { edge: { autoscaling: { engine: 'hpa', minReplicas: 9 } } },
    'autoscaling.minReplicas 9 is above autoscaling.maxReplicas 6.',
  ],
];

it.each(WRONG)('[Q11] %j is refused: %s', (values, sentence) => {
  const { code, output, errors } = template({ values: { ...EMBEDDED, ...values } });
  expect([code, output]).toEqual([1, '']);
  expect(errors).toContain(sentence);
  expect(errors).not.toContain('hunter2');
});

it.each([false, true])('[Q11] the values of `npm run k3d` are valid, with Istio: %s', (istio) => {
  const words = ofLaptop({ istio, version: '0.1.0-abc1234' });
  const [seed] = words.splice(words.indexOf('--set-file'), 2).slice(1);
  expect(seed).toMatch(/^secrets\.seed=/);
  const manifests = render({ options: words });
  const images = processesOf(manifests).map(({ spec }) => spec.containers[0]?.image);
  expect(new Set(images)).toEqual(new Set(['k3d-parlor-registry:5111/parlor:0.1.0-abc1234']));
  expect(ofKind(manifests, 'Gateway')).toHaveLength(istio ? 1 : 0);
});

it('[Q11] every value has a schema and a documented default', () => {
  const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));
  const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'));
  type Node = { $ref?: string; properties?: Record<string, Node> };
  const at = ({ $ref, properties = {} }: Node): Record<string, Node> =>
    $ref ? at(schema.definitions[$ref.split('/').at(-1) as string]) : properties;
  const undocumented: string[] = [];
  (function walk(node: Node, own: Record<string, unknown>, path: string) {
    for (const [name, inner] of Object.entries(at(node))) {
      if (path === '.config' || path.endsWith('.limits') || path === '.global') continue;
      if (!(name in own)) undocumented.push(`${path}.${name}`);
      else walk(inner, (own[name] ?? {}) as Record<string, unknown>, `${path}.${name}`);
    }
  })(schema, values, '');
  expect(undocumented).toEqual(['.global']);
});

it('[Q11] config accepts only variables of the program that are not secret and not set by another value', () => {
  const { properties } = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));
  const names = Object.keys(properties.config.properties);
  const taken = processesOf(render({ profile: 'dev' })).flatMap(({ spec }) =>
    spec.containers.flatMap(({ env = [] }) => env.map(({ name }) => name)),
  );
  const variables: Record<string, Variable<unknown>> = VARIABLES;
  expect(names.filter((name) => !variables[name] || variables[name].secret || taken.includes(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
});

it.each([
  ['gateway', { gateway: { enabled: true } }, 'gateway.enabled needs the Gateway API'],
  ['istio', { gateway: { enabled: true }, mesh: { enabled: true } }, 'mesh.enabled needs Istio'],
  ['keda', { rooms: { autoscaling: { engine: 'keda' } } }, 'rooms.autoscaling.engine keda needs KEDA'],
  [
    'prometheus',
    { metrics: { serviceMonitor: { enabled: true } } },
    'metrics.serviceMonitor.enabled needs the Prometheus',
  ],
] as const)(
  '[Q12] a cluster without the requirements of %s is told so, and nothing else',
  (lacking, values, sentence) => {
    const all: readonly string[] = Object.values(API_VERSIONS);
    const apiVersions = all.filter((version) => version !== API_VERSIONS[lacking]);
    const { code, output, errors } = template({ values: { ...EMBEDDED, ...values }, apiVersions });
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(`This cluster lacks what the values ask for: ${sentence}`);
    expect(errors.match(/ needs /g)).toHaveLength(1);
    expect(template({ values: { ...EMBEDDED, ...values } }).code).toBe(0);
  },
);

it('[Q12] all missing requirements are named at once; a chart without requirements needs none', () => {
  const { errors } = template({ profile: 'prod', apiVersions: [] });
  expect(errors.match(/ needs /g)).toHaveLength(4);
  expect(template({ profile: 'minimal', apiVersions: [] }).code).toBe(0);
  expect(template({ profile: 'dev', apiVersions: [] }).code).toBe(0);
});

it("[Q12] a chart without its own Keycloak's realm is refused in a sentence", () => {
  const folder = mkdtempSync(join(tmpdir(), 'parlor-chart-'));
  try {
    cpSync(CHART, folder, { recursive: true });
    rmSync(join(folder, 'realm'), { recursive: true });
    const { code, errors } = template({ profile: 'dev', chart: folder });
    expect(code).toBe(1);
    expect(errors).toContain('the chart has no realm/parlor-realm.json to import');
    expect(template({ profile: 'minimal', chart: folder }).code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('[Q6] one seed gives each purpose and each release different secrets, which cannot be changed by mistake', () => {
  const of = (release: string) => ofKind(render({ profile: 'dev', release }), 'Secret');
  const values = [...of('parlor'), ...of('another')].flatMap(({ stringData }) => Object.values(stringData ?? {}));
  expect(values.length).toBe(16);
  expect(new Set(values).size).toBe(values.length);
  for (const value of values) expect(value).toMatch(/^[0-9a-f]{43}=?$/);
  for (const secret of of('parlor')) {
    expect(secret).toMatchObject({ immutable: true, metadata: { annotations: { 'helm.sh/resource-policy': 'keep' } } });
  }
  const key = of('parlor').find(({ metadata }) => metadata.name === 'parlor-encryption')?.stringData?.['parlor.key'];
  expect(Buffer.from(key ?? '', 'base64')).toHaveLength(32);
});
