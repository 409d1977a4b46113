/** Query parameters of a list or a get, checked: what is not understood is refused, never ignored. */
import { type Cursor, PAGE_LIMIT, parseContinue } from '#db/page.ts';
import type { Cause } from '#schema/status.ts';

export type Query = {
  limit: number;
  /** Where the page before ended. */
  after: Cursor | undefined;
  /** Label = value, of the labels that this resource has. */
  labels: Readonly<Record<string, string>>;
  /** A read must be at least as new as this place in the room's log. */
  minSeq: number;
};

/** Sent by Kubernetes clients; harmless here. */
const TOLERATED = new Set([
  'allowWatchBookmarks',
  'fieldManager',
  'fieldValidation',
  'gracePeriodSeconds',
  'pretty',
  'propagationPolicy',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeout',
  'timeoutSeconds',
]);

const UNDERSTOOD = new Set(['limit', 'continue', 'labelSelector', 'minSeq', 'watch']);

export function parseQuery(search: URLSearchParams, selectable: readonly string[]): Query | { wrong: Cause } {
  for (const name of new Set(search.keys())) {
    if (!UNDERSTOOD.has(name) && !TOLERATED.has(name)) return wrong(name, 'this parameter is not known here');
    if (search.getAll(name).length > 1) return wrong(name, 'give it once');
  }
  const limit = whole(search.get('limit'), PAGE_LIMIT);
  if (limit === undefined) return wrong('limit', 'a whole number');
  const minSeq = whole(search.get('minSeq'), 0);
  if (minSeq === undefined) return wrong('minSeq', 'a whole number');
  const token = search.get('continue') ?? '';
  const after = token === '' ? undefined : parseContinue(token);
  if (token !== '' && !after) return wrong('continue', 'not a token that a list gave out');
  const labels = parseLabels(search.get('labelSelector') ?? '', selectable);
  if ('wrong' in labels) return labels;
  return {
    // Kubernetes: no limit, or 0, is as much as the server gives at once.
    limit: limit === 0 ? PAGE_LIMIT : Math.min(limit, PAGE_LIMIT),
    after,
    labels: Object.fromEntries(labels.chosen),
    minSeq,
  };
}

function parseLabels(text: string, selectable: readonly string[]): { chosen: Map<string, string> } | { wrong: Cause } {
  const chosen = new Map<string, string>();
  for (const requirement of text.split(',').filter((one) => one.trim() !== '')) {
    const [, label, value] = /^\s*([\w./-]+)\s*==?\s*([\w.-]+)\s*$/.exec(requirement) ?? [];
    if (label === undefined || value === undefined)
      return wrong('labelSelector', `"${requirement}" is not label=value`);
    if (!selectable.includes(label))
      return wrong('labelSelector', `no label "${label}" here; there is: ${selectable.join(', ') || 'none'}`);
    chosen.set(label, value);
  }
  return { chosen };
}

function whole(text: string | null, absent: number): number | undefined {
  if (text === null || text === '') return absent;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function wrong(field: string, message: string): { wrong: Cause } {
  return { wrong: { reason: 'FieldValueInvalid', field, message } };
}
