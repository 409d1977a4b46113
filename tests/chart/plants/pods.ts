/** Mistakes in what a pod may do, runs and holds. */
import { SEED } from '#tests/chart/helm.ts';
import { container, drop, EDGE, env, type Plant, pod, ROOMS, type Rule, set } from '#tests/chart/plants/planting.ts';
import { hardened, pinned } from '#tests/chart/rules/hardened.ts';
import { secretive } from '#tests/chart/rules/secrets.ts';

const secrets: Rule = (manifests) => secretive(manifests, SEED);

export const IN_PODS: Plant[] = [
  ['root', hardened, ROOMS, (m) => set(pod(m).securityContext, 'runAsUser', 0), /may be root/],
  ['root again', hardened, ROOMS, (m) => set(container(m).securityContext, 'runAsNonRoot', false), /may be root/],
  ['no seccomp', hardened, EDGE, (m) => drop(pod(m).securityContext, 'seccompProfile'), /seccomp/],
  ['privileges', hardened, EDGE, (m) => set(container(m).securityContext, 'privileged', true), /gain privileges/],
  [
    'capabilities',
    hardened,
    EDGE,
    (m) => set(container(m).securityContext.capabilities, 'add', ['NET_RAW']),
    /capabil/,
  ],
  [
    'a writable image',
    hardened,
    'StatefulSet/parlor-redis',
    (m) => set(container(m).securityContext, 'readOnlyRootFilesystem', false),
    /write to its image/,
  ],
  [
    'an init container that is forgotten',
    hardened,
    'StatefulSet/parlor-keycloak',
    (m) => drop(pod(m).initContainers[0].securityContext, 'capabilities'),
    /copy keeps capabilities/,
  ],
  ['endless memory', hardened, ROOMS, (m) => drop(container(m).resources, 'limits'), /no end of memory/],
  ['a token', hardened, ROOMS, (m) => drop(pod(m), 'automountServiceAccountToken'), /token for the API server/],
  ['service links', hardened, ROOMS, (m) => drop(pod(m), 'enableServiceLinks'), /service links/],
  ['the node’s network', hardened, ROOMS, (m) => set(pod(m), 'hostNetwork', true), /shares something/],
  ['the node’s files', hardened, ROOMS, (m) => void pod(m).volumes.push({ name: 'x', hostPath: {} }), /from its node/],
  ['a port of the node', hardened, EDGE, (m) => set(container(m).ports[0], 'hostPort', 80), /port of its node/],
  ['a sidecar', hardened, EDGE, (m) => drop(m.spec.template.metadata.labels, 'sidecar.istio.io/inject'), /sidecar/],
  [
    'the test pod as root',
    hardened,
    'Pod/parlor-test',
    (m) => set(m.spec.securityContext, 'runAsUser', 0),
    /may be root/,
  ],

  ['latest', pinned, ROOMS, (m) => set(container(m), 'image', 'parlor:latest'), /runs parlor:latest/],
  ['no tag', pinned, ROOMS, (m) => set(container(m), 'image', 'registry:5000/parlor'), /runs registry:5000/],
  [
    'latest, with a digest that is none',
    pinned,
    EDGE,
    (m) => set(container(m), 'image', 'parlor:latest@sha256:12'),
    /latest/,
  ],

  [
    'a secret in a ConfigMap',
    secrets,
    'ConfigMap/parlor',
    (m) => set(m.data, 'PARLOR_METRICS_TOKEN', 'a0123456789b0123456789'),
    /named like a secret/,
  ],
  [
    'the seed in an annotation',
    secrets,
    ROOMS,
    (m) => set(m.metadata, 'annotations', { seed: SEED }),
    /holds a secret/,
  ],
  [
    'the seed, disguised',
    secrets,
    'ConfigMap/parlor',
    (m) => set(m.data, 'LOG_LEVEL', Buffer.from(SEED).toString('base64')),
    /holds a secret/,
  ],
  [
    'a password in an address',
    secrets,
    ROOMS,
    (m) => set(env(m, 'DATABASE_URL'), 'value', 'postgres://parlor:hunter2@db/parlor'),
    /password in an address/,
  ],
  [
    'a variable written out',
    secrets,
    ROOMS,
    (m) => void Object.assign(env(m, 'PARLOR_METRICS_TOKEN'), { value: 'hunter2hunter2hunter2', valueFrom: undefined }),
    /written out/,
  ],
  [
    'a secret in the realm',
    secrets,
    'ConfigMap/parlor-keycloak',
    (m) => set(m.data, 'parlor-realm.json', JSON.stringify({ clients: [{ secret: 'hunter2' }] })),
    /secret is written out/,
  ],
];
