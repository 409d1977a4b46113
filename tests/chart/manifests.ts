/** What the chart renders, as far as the tests read it, and the few questions that all of them ask. */
import { parseAllDocuments } from 'yaml';

export type Labels = Record<string, string>;
export type Named = { name: string };

export type EnvVar = Named & {
  value?: string;
  valueFrom?: { secretKeyRef?: Named & { key: string }; fieldRef?: { fieldPath: string } };
};

export type Probe = { httpGet?: { path: string; port: string | number }; exec?: { command: string[] } };

export type Container = Named & {
  image: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  envFrom?: { configMapRef?: Named; secretRef?: Named }[];
  ports?: { name: string; containerPort: number; hostPort?: number }[];
  securityContext?: Record<string, unknown> & { capabilities?: { drop?: string[]; add?: string[] } };
  resources?: { requests?: Labels; limits?: Labels };
  volumeMounts?: (Named & { mountPath: string })[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
};

export type Volume = Named & {
  configMap?: Named;
  secret?: { secretName: string; items?: { key: string }[] };
  emptyDir?: object;
};

export type PodSpec = {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: Record<string, unknown>;
  terminationGracePeriodSeconds?: number;
  initContainers?: Container[];
  containers: Container[];
  volumes?: Volume[];
};

// biome-ignore lint/suspicious/noExplicitAny: each kind has its own fields, which another test holds against its schema
export type Fields = any;

export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: Named & { namespace?: string; labels?: Labels; annotations?: Labels };
  spec?: Fields;
  data?: Labels;
  stringData?: Labels;
  immutable?: boolean;
};

/** YAML 1.1, as Kubernetes reads it: `on` is true and 0440 is octal. */
export function parse(text: string): Manifest[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const manifest = document.toJS() as Manifest | null;
    return manifest ? [manifest] : [];
  });
}

export const idOf = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;

export const ofKind = (manifests: readonly Manifest[], ...kinds: string[]) =>
  manifests.filter(({ kind }) => kinds.includes(kind));

export type PodTemplate = {
  id: string;
  component: string;
  labels: Labels;
  annotations: Labels;
  spec: PodSpec;
  /** What makes it. */
  owner: Manifest;
};

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'];

/** Every pod that would run, whatever makes it. */
export function podsOf(manifests: readonly Manifest[]): PodTemplate[] {
  return manifests.flatMap((owner) => {
    const template = owner.kind === 'Pod' ? owner : WORKLOADS.includes(owner.kind) ? templateOf(owner) : undefined;
    if (!template) return [];
    const { labels = {}, annotations = {} } = template.metadata ?? {};
    const component = labels['app.kubernetes.io/component'] ?? '';
    return [{ id: idOf(owner), component, labels, annotations, spec: template.spec as PodSpec, owner }];
  });
}

const templateOf = ({ spec }: Manifest) => spec.template ?? spec.jobTemplate?.spec.template;

export const containersOf = ({ spec }: PodTemplate) => [...(spec.initContainers ?? []), ...spec.containers];

type Expression = { key: string; operator: string; values?: string[] };
export type Selector = { matchLabels?: Labels; matchExpressions?: Expression[] };

/** An empty selector takes everything; only `In` is known here. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`The tests do not know the operator ${operator}.`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** The processes of Parlor among the pods. */
export const PROCESSES = ['rooms', 'edge', 'api'];
export const processesOf = (manifests: readonly Manifest[]) =>
  podsOf(manifests).filter(({ component }) => PROCESSES.includes(component));
