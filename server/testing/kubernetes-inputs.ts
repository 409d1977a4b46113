/**
 * Every option, header and media type that Kubernetes' own clients can send (the option types of meta/v1, the
 * parameters of client-go and kubectl, impersonation, conditional requests). A test walks them over every route.
 */
export type Verb = 'list' | 'get' | 'create' | 'patch' | 'delete' | 'discovery';

/** One input. `name` is what a refusal has to say; `verbs`: where clients send it, everywhere unless given. */
export type Input = { name: string; verbs?: readonly Verb[] } & (
  | { query: string }
  | { headers: Readonly<Record<string, string>> }
  | { body: unknown }
);

function queries(options: Readonly<Record<string, readonly string[]>>): Input[] {
  return Object.entries(options).flatMap(([name, values]) =>
    values.map((value) => ({ name, query: `${name}=${encodeURIComponent(value)}` })),
  );
}

const PARAMETERS = queries({
  // ListOptions, GetOptions
  labelSelector: ['no.such/label=x', 'no in (such)', '!no'],
  fieldSelector: ['metadata.name=x', 'status.phase=live'],
  watch: ['true', '1', 'false', '0', 'perhaps'],
  allowWatchBookmarks: ['true', 'false'],
  resourceVersion: ['0', '1', '999999', 'x'],
  resourceVersionMatch: ['Exact', 'NotOlderThan'],
  timeoutSeconds: ['30', '-1'],
  limit: ['1', '0', '-1', 'x'],
  continue: ['abc'],
  sendInitialEvents: ['true', 'false'],
  shardSelector: ['x'],
  // CreateOptions, PatchOptions, UpdateOptions
  dryRun: ['All', 'Some'],
  fieldManager: ['walker', 'x'.repeat(200)],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'x'],
  force: ['true'],
  // DeleteOptions
  gracePeriodSeconds: ['0', '30', 'x'],
  orphanDependents: ['true', 'false'],
  propagationPolicy: ['Background', 'Foreground', 'Orphan', 'x'],
  preconditions: ['x'],
  ignoreStoreReadErrorWithClusterBreakingPotential: ['true'],
  // TableOptions, and what client-go and kubectl add by themselves
  includeObject: ['None', 'Metadata', 'Object', 'x'],
  pretty: ['true', 'false', 'x'],
  timeout: ['30s', '1m30s', 'x'],
  export: ['true'],
  exact: ['true'],
  // PodLogOptions
  follow: ['true'],
  tailLines: ['1'],
  // ours
  minSeq: ['0', '-1'],
  noSuchThing: ['1'],
});

function header(name: string, value: string, verbs?: readonly Verb[]): Input {
  return { name, headers: { [name]: value }, ...(verbs && { verbs }) };
}

const HEADERS: Input[] = [
  header('Impersonate-User', 'ada'),
  header('Impersonate-Group', 'system:masters'),
  header('Impersonate-Uid', '1'),
  header('Impersonate-Extra-scopes', 'view'),
  header('If-Match', '"1"'),
  header('If-None-Match', '"never"'),
  header('If-None-Match', '*', ['create', 'patch', 'delete']),
  header('If-Modified-Since', 'Sat, 28 Nov 2026 00:00:00 GMT'),
  header('If-Unmodified-Since', 'Sat, 28 Nov 2020 00:00:00 GMT'),
  header('If-Range', '"1"'),
  header('Range', 'bytes=0-1'),
  header('Idempotency-Key', 'walk-1'),
  header('X-HTTP-Method-Override', 'DELETE'),
  header('X-HTTP-Method', 'DELETE'),
  header('X-Method-Override', 'DELETE'),
  header('Prefer', 'return=minimal'),
  header('Audit-ID', 'a2b1c3d4'),
  ...[
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
    'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io,application/json',
    'application/json;stream=watch',
    'application/json;q=0',
    'application/vnd.kubernetes.protobuf',
    'application/vnd.kubernetes.protobuf,application/json',
    'application/cbor',
    'application/yaml',
    '*/*',
  ].map((value) => header('Accept', value)),
  ...[
    'application/vnd.kubernetes.protobuf',
    'application/yaml',
    'application/cbor',
    'application/merge-patch+json',
    'application/json-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
    'text/plain',
  ].map((value) => header('Content-Type', value, ['create', 'patch', 'delete'])),
];

const options = (more: object) => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...more });
function deletion(name: string, body: unknown): Input {
  return { name, body, verbs: ['delete'] };
}

const BODIES: Input[] = [
  deletion('DeleteOptions', options({})),
  deletion('apiVersion', options({ apiVersion: 'meta.k8s.io/v1' })),
  deletion('apiVersion', options({ apiVersion: 'apps/v1' })),
  deletion('kind', { kind: 'Nonsense' }),
  deletion('DeleteOptions', []),
  deletion('dryRun', options({ dryRun: ['All'] })),
  deletion('dryRun', options({ dryRun: ['Some'] })),
  deletion('dryRun', options({ dryRun: 'All' })),
  deletion('preconditions', options({ preconditions: { uid: 'other' } })),
  deletion('preconditions', options({ preconditions: { resourceVersion: '999999' } })),
  deletion('preconditions', options({ preconditions: { generation: 1 } })),
  deletion('gracePeriodSeconds', options({ gracePeriodSeconds: 0 })),
  deletion('gracePeriodSeconds', options({ gracePeriodSeconds: 30 })),
  deletion('propagationPolicy', options({ propagationPolicy: 'Background' })),
  deletion('propagationPolicy', options({ propagationPolicy: 'Orphan' })),
  deletion('orphanDependents', options({ orphanDependents: true })),
  deletion('ignoreStoreRead', options({ ignoreStoreReadErrorWithClusterBreakingPotential: true })),
  deletion('foo', options({ foo: 1 })),
  ...['name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences', 'managedFields', 'uid'].map(
    (field): Input => ({ name: `metadata.${field}`, body: { metadata: { [field]: {} } }, verbs: ['create'] }),
  ),
  { name: 'status', body: { status: {} }, verbs: ['create', 'patch'] },
  { name: 'spec.displayName', body: { spec: { displayName: 'Eve' } }, verbs: ['patch'] },
];

export const INPUTS: readonly Input[] = [...PARAMETERS, ...HEADERS, ...BODIES];
