/** Mistakes between manifests, and between them and the program. */
import { container, drop, EDGE, env, type Plant, pod, ROOMS, type Rule, set } from '#tests/chart/plants/planting.ts';
import { admitted, idle, loose, lopsided, uncovered, withoutTunnel } from '#tests/chart/rules/calls.ts';
import { hurried, misunderstood } from '#tests/chart/rules/program.ts';
import { unwired } from '#tests/chart/rules/wiring.ts';

const ports: Rule = (manifests) => idle(admitted(manifests), manifests);

export const BETWEEN: Plant[] = [
  [
    'a pod that policies miss',
    uncovered,
    ROOMS,
    (m) => set(m.spec.template.metadata, 'labels', { app: 'rooms' }),
    /no NetworkPolicy for Ingress/,
  ],
  [
    'a door that only one end opens',
    lopsided,
    'NetworkPolicy/parlor-postgres',
    (m) => void m.spec.ingress[0].from.push({ podSelector: {} }),
    /edge > postgres:5432 is let in, but not out/,
  ],
  [
    'a caller that is locked out',
    lopsided,
    'NetworkPolicy/parlor-redis',
    (m) => void m.spec.ingress[0].from.pop(),
    /edge > redis:6379 is let out, but not in/,
  ],
  [
    'a port that nobody listens on',
    ports,
    'NetworkPolicy/parlor-redis',
    (m) => set(m.spec.ingress[0].ports[0], 'port', 6380),
    /redis:6380/,
  ],

  ['a selector that misses', unwired, ROOMS, (m) => set(m.spec.selector.matchLabels, 'app', 'x'), /does not select/],
  ['a Service that misses', unwired, 'Service/parlor-edge', (m) => set(m.spec.selector, 'app', 'x'), /selects 0/],
  [
    'a Service that catches too much',
    unwired,
    'Service/parlor-edge',
    (m) => drop(m.spec.selector, 'app.kubernetes.io/component'),
    /selects \d+ kinds/,
  ],
  [
    'a port that is not there',
    unwired,
    'Service/parlor-edge',
    (m) => set(m.spec.ports[0], 'targetPort', 'web'),
    /port web/,
  ],
  ['no such account', unwired, ROOMS, (m) => set(pod(m), 'serviceAccountName', 'default'), /ServiceAccount default/],
  ['no such ConfigMap', unwired, ROOMS, (m) => set(container(m).envFrom[0].configMapRef, 'name', 'x'), /ConfigMap x/],
  ['no such key', unwired, ROOMS, (m) => set(env(m, 'REDIS_PASSWORD').valueFrom.secretKeyRef, 'key', 'x'), /no key x/],
  ['no such volume', unwired, ROOMS, (m) => set(container(m).volumeMounts[0], 'name', 'x'), /no volume x/],
  [
    'a probe of another port',
    unwired,
    EDGE,
    (m) => set(container(m).livenessProbe.httpGet, 'port', 'web'),
    /asks port web/,
  ],
  [
    'a budget for nobody',
    unwired,
    'PodDisruptionBudget/parlor-rooms',
    (m) => set(m.spec.selector.matchLabels, 'x', 'y'),
    /finds nothing/,
  ],
  ['a headless set', unwired, 'StatefulSet/parlor-redis', (m) => set(m.spec, 'serviceName', 'x'), /finds nothing/],

  [
    'a variable that the program does not know',
    misunderstood,
    'ConfigMap/parlor',
    (m) => set(m.data, 'PARLOR_LEASE', '1500'),
    /PARLOR_LEASE is not a variable/,
  ],
  [
    'a test hook',
    misunderstood,
    'ConfigMap/parlor',
    (m) => set(m.data, 'PARLOR_TEST_UNSEALED', 'on'),
    /for tests only/,
  ],
  ['another port', misunderstood, 'ConfigMap/parlor', (m) => set(m.data, 'PORT', '2568'), /listens on 2568/],
  ['loopback', misunderstood, 'ConfigMap/parlor', (m) => set(m.data, 'HOST', '127.0.0.1'), /listens on 127/],
  ['no address', misunderstood, ROOMS, (m) => set(env(m, 'PARLOR_ADDRESS'), 'value', ''), /PARLOR_ADDRESS: is needed/],
  [
    'an address too early',
    misunderstood,
    ROOMS,
    (m) => void container(m).env.reverse(),
    /PARLOR_ADDRESS|REDIS_URL|DATABASE_URL/,
  ],
  ['another role', misunderstood, ROOMS, (m) => set(env(m, 'PARLOR_ROLE'), 'value', 'api'), /has the role api/],
  [
    'no such role',
    misunderstood,
    ROOMS,
    (m) => set(env(m, 'PARLOR_ROLE'), 'value', 'room'),
    /PARLOR_ROLE: "room" is not/,
  ],
  [
    'an edge with the database',
    misunderstood,
    EDGE,
    (m) => void container(m).env.push({ name: 'DATABASE_URL', value: 'postgres://db/x' }),
    /edge: knows the database/,
  ],
  [
    'a door that is not one',
    misunderstood,
    EDGE,
    (m) => set(container(m).readinessProbe.httpGet, 'path', '/healthz'),
    /does not ask \/readyz/,
  ],

  ['too little grace', hurried, ROOMS, (m) => set(pod(m), 'terminationGracePeriodSeconds', 20), /has 20 s to stop/],
  [
    'a drain that outgrew its grace',
    hurried,
    EDGE,
    (m) => set(env(m, 'PARLOR_DRAIN_MS'), 'value', '60000'),
    /has 25 s to stop, and needs 75/,
  ],
  [
    'evictions of all at once',
    hurried,
    'PodDisruptionBudget/parlor-rooms',
    (m) => set(m.spec, 'maxUnavailable', '100%'),
    /evicted all at once/,
  ],
  ['no preStop', hurried, EDGE, (m) => drop(container(m), 'lifecycle'), /before others know/],
  [
    'old pods first',
    hurried,
    ROOMS,
    (m) => set(m.spec.strategy.rollingUpdate, 'maxUnavailable', 1),
    /before others are there/,
  ],
  ['a thin surge', hurried, ROOMS, (m) => set(m.spec.strategy.rollingUpdate, 'maxSurge', 1), /before others are there/],
];

export const IN_THE_MESH: Plant[] = [
  ['plain text', loose, 'PeerAuthentication/parlor', (m) => set(m.spec.mtls, 'mode', 'PERMISSIVE'), /takes plain text/],
  [
    'no deny-all',
    loose,
    'AuthorizationPolicy/parlor-deny-all',
    (m) => set(m.spec, 'rules', [{}]),
    /no policy that denies/,
  ],
  [
    'out of the mesh',
    loose,
    EDGE,
    (m) => drop(m.spec.template.metadata.labels, 'istio.io/dataplane-mode'),
    /not in the mesh/,
  ],
  [
    'a shared account',
    loose,
    EDGE,
    (m) => set(pod(m), 'serviceAccountName', 'parlor-rooms'),
    /shares its service account/,
  ],
  [
    'no way through the tunnel',
    withoutTunnel,
    'NetworkPolicy/parlor-redis',
    (m) => void m.spec.ingress[0].ports.pop(),
    /without 15008/,
  ],
  [
    'no such listener',
    unwired,
    'HTTPRoute/parlor',
    (m) => set(m.spec.parentRefs[0], 'sectionName', 'quic'),
    /no listener quic/,
  ],
  [
    'no such backend',
    unwired,
    'HTTPRoute/parlor',
    (m) => set(m.spec.rules[1].backendRefs[0], 'port', 8080),
    /no Service parlor-edge:8080/,
  ],
];
