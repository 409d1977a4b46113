/** Which form of an answer a client takes: JSON, or the Table that kubectl fingerprints. */
export type Form = 'json' | 'table';

/** The forms that are acceptable, the preferred one first; empty when there is none. */
export function formsOf(accept: string | undefined): Form[] {
  const ranges = (accept ?? '*/*').split(',').map((range, place) => ({ ...parse(range), place }));
  const known = ranges.flatMap(({ form, quality, place }) => (form && quality > 0 ? [{ form, quality, place }] : []));
  known.sort((a, b) => b.quality - a.quality || a.place - b.place);
  return [...new Set(known.map(({ form }) => form))];
}

function parse(range: string): { form: Form | undefined; quality: number } {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const given = new Map(parameters.map((one) => one.split('=', 2) as [string, string | undefined]));
  return { form: formOf(type, given), quality: Number(given.get('q') ?? 1) || 0 };
}

function formOf(type: string, given: ReadonlyMap<string, string | undefined>): Form | undefined {
  if (type === '*/*' || type === 'application/*') return 'json';
  if (type !== 'application/json' || given.has('stream')) return undefined;
  if (!given.has('as')) return 'json';
  const isTable = given.get('as') === 'table' && given.get('v') === 'v1' && given.get('g') === 'meta.k8s.io';
  return isTable ? 'table' : undefined;
}
