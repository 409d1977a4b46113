/** The same answer as a Kubernetes Table, which is what `kubectl get` asks for and fingerprints. */
import type { Column, Facts } from '#server/resources/resource.ts';

type Item = { metadata: { name: string; creationTimestamp?: string } };

const NAME: Column = { name: 'Name', type: 'string', cell: ({ metadata }: Item) => metadata.name };
const ageAt = (now: number): Column => ({
  name: 'Age',
  type: 'string',
  cell: ({ metadata }: Item) => age(metadata.creationTimestamp, now),
});

export function toTable(resource: Pick<Facts, 'columns'>, body: object, now: number): object {
  const isList = 'items' in body && Array.isArray(body.items);
  const items: Item[] = isList ? (body.items as Item[]) : [body as Item];
  const columns = [NAME, ...resource.columns, ageAt(now)];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: isList && 'metadata' in body ? body.metadata : {},
    columnDefinitions: columns.map(({ name, type, priority }) => ({
      name,
      type,
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: priority ?? 0,
    })),
    rows: items.map((item) => ({
      cells: columns.map(({ cell }) => cell(item) ?? '<none>'),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: item.metadata },
    })),
  };
}

/** As kubectl fingerprints it: the two largest units at most. */
function age(since: string | undefined, now: number): string | undefined {
  if (since === undefined) return undefined;
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
