/** Query parameters, checked by verb: one that has no effect on this request is refused by name, never ignored. */
import { type Cursor, PAGE_LIMIT } from '#db/page.ts';
import type { Cause } from '#schema/status.ts';
import { listId, parseContinue } from '#server/resources/continue.ts';
import type { Resource, Subresource, Verb } from '#server/resources/resource.ts';

export type Query = {
  limit: number;
  /** Where the page before ended. */
  after: Cursor | undefined;
  /** What the tokens of this list are bound to. */
  list: string;
  /** Label = value, of the labels that this resource has. */
  labels: Readonly<Record<string, string>>;
  /** A read must be at least as new as this place in the room's log. */
  minSeq: number;
  /** The answer is indented. */
  pretty: boolean;
  /** An answer that takes longer is a timeout. */
  withinMs?: number;
  /** Who says that they manage what is created; for the audit record. */
  manager?: string;
  /** DeleteOptions given as parameters, not yet checked. */
  deletion: Readonly<Record<string, unknown>>;
};

export const NO_QUERY: Query = {
  limit: 0,
  after: undefined,
  list: '',
  labels: {},
  minSeq: 0,
  pretty: false,
  deletion: {},
};

type Asked = Partial<Pick<Resource, 'labels' | 'storage'>>;
/** What the parameter adds to the query; a text says what is wrong. */
type Reader = (text: string, asked: Asked) => Partial<Query> | string;

const FALSE = new Set(['false', 'False', 'FALSE', '0', 'f', 'F']);
const TRUE = new Set(['true', 'True', 'TRUE', '1', 't', 'T', '']);
/** Of `watch`; anything else is a mistake. */
export const isTrue = (text: string | null) => text !== null && TRUE.has(text);

/** Resource versions count one room's log; elsewhere there are none, and 0 asks for nothing. */
const version: Reader = (text, { storage }) => {
  if (text === '' || text === '0') return {};
  if (storage !== 'room-log') return 'nothing here has versions: leave it out, or 0';
  const minSeq = whole(text);
  return minSeq === undefined ? 'a whole number' : { minSeq };
};

const pretty: Reader = (text) => {
  if (FALSE.has(text)) return {};
  return TRUE.has(text) ? { pretty: true } : 'true or false';
};

const within: Reader = (text) => {
  const ms = durationMs(text);
  if (ms === undefined) return 'a duration, such as 30s or 1m30s';
  return ms === 0 ? {} : { withinMs: ms };
};

/** A request that watches is another verb. */
const EVERY = {
  pretty,
  timeout: within,
  watch: (text) => (FALSE.has(text) ? {} : 'true or false'),
} as const satisfies Record<string, Reader>;

const MADE = {
  fieldManager: (manager) => (/^[\x20-\x7e]{1,128}$/.test(manager) ? { manager } : '1 to 128 printable characters'),
  fieldValidation: (text) => (text === 'Strict' ? {} : 'only Strict: an unknown field is always refused'),
} as const satisfies Record<string, Reader>;

const READERS: Readonly<Record<Verb, Readonly<Record<string, Reader>>>> = {
  list: {
    ...EVERY,
    labelSelector: (text, { labels }) => parseLabels(text, labels ?? []),
    // Kubernetes: no limit, or 0, is as much as the server gives at once.
    limit(text) {
      const limit = text === '' ? 0 : whole(text);
      return limit === undefined ? 'a whole number' : { limit: Math.min(limit || PAGE_LIMIT, PAGE_LIMIT) };
    },
    continue: () => ({}), // below, when the selection is known
    minSeq(text, { storage }) {
      const versioned = storage === 'room-log';
      const minSeq = text === '' || text === '0' ? 0 : versioned ? whole(text) : undefined;
      return minSeq === undefined ? (versioned ? 'a whole number' : 'nothing here has versions') : { minSeq };
    },
    resourceVersion: version,
    timeoutSeconds: (text) => (/^\d{1,6}$/.test(text) ? within(`${text}s`, {}) : 'a whole number'),
    includeObject: (text) => (text === 'Metadata' ? {} : 'only Metadata: rows carry no more'),
  },
  get: { ...EVERY, resourceVersion: version },
  create: { ...EVERY, ...MADE },
  patch: { ...EVERY, ...MADE },
  delete: {
    ...EVERY,
    dryRun: (text) => ({ deletion: { dryRun: [text] } }),
    gracePeriodSeconds: (text) => ({ deletion: { gracePeriodSeconds: whole(text) ?? text } }),
    propagationPolicy: (text) => ({ deletion: { propagationPolicy: text } }),
  },
};

export function parseQuery(
  search: URLSearchParams,
  verb: Verb,
  part: Resource | Subresource,
): Query | { wrong: Cause } {
  const query: Query = { ...NO_QUERY, limit: PAGE_LIMIT };
  const asked: Asked = 'plural' in part ? part : {};
  for (const name of new Set(search.keys())) {
    const read = Object.hasOwn(READERS[verb], name) ? READERS[verb][name] : undefined;
    if (!read) return wrong(name, `this parameter has no effect on ${verb} here`);
    const [text = '', ...more] = search.getAll(name);
    if (more.length > 0) return wrong(name, 'give it once');
    const found = read(text, asked);
    if (typeof found === 'string') return wrong(name, found);
    Object.assign(query, found, { deletion: { ...query.deletion, ...found.deletion } });
  }
  query.list = listId('plural' in part ? part.plural : '', query.labels);
  const token = search.get('continue');
  if (token) {
    const after = parseContinue(token, query.list);
    if (typeof after === 'string') return wrong('continue', after);
    query.after = after;
  }
  return query;
}

/** For documents that are the same for everybody: of what clients send with them, nothing changes the answer. */
export function unknownParameter(search: URLSearchParams, known: readonly string[]): Cause | undefined {
  for (const [name, text] of search) {
    if (name === 'timeout' && durationMs(text) !== undefined) continue;
    if (!known.includes(name)) return wrong(name, 'this parameter has no effect here').wrong;
  }
  return undefined;
}

function parseLabels(text: string, selectable: readonly string[]): { labels: Record<string, string> } | string {
  const chosen = new Map<string, string>();
  for (const requirement of text.split(',').filter((one) => one.trim() !== '')) {
    const [, label, value] = /^\s*([\w./-]+)\s*==?\s*([\w.-]+)\s*$/.exec(requirement) ?? [];
    if (label === undefined || value === undefined) return `"${requirement}" is not label=value`;
    if (!selectable.includes(label)) return `no label "${label}" here; there is: ${selectable.join(', ') || 'none'}`;
    if (chosen.has(label) && chosen.get(label) !== value) return `two values for "${label}"`;
    chosen.set(label, value);
  }
  return { labels: Object.fromEntries(chosen) };
}

function whole(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** As Go writes them: `1m30s`, `500ms`; 0 is no limit. */
function durationMs(text: string): number | undefined {
  if (text === '' || text === '0') return 0;
  if (!/^(?:\d{1,6}(?:\.\d{1,6})?(?:ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)([a-z]+)/g);
  return Math.min(
    [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * (UNIT_MS[unit ?? ''] ?? 0), 0),
    600_000,
  );
}

function wrong(field: string, message: string): { wrong: Cause } {
  return { wrong: { reason: 'FieldValueInvalid', field, message } };
}
