/** What one file of this folder declares: a resource, its verbs, and how a table of it looks. */
import type { z } from 'zod';
import type { Cursor } from '#db/page.ts';
import type { Decision, Identity } from '#rooms/ports.ts';
import { isPassing, type RefusalCode } from '#schema/refusals.ts';
import { API_VERSION } from '#schema/resources.ts';
import { refusal, type Status } from '#schema/status.ts';
import { continueToken } from '#server/resources/continue.ts';
import type { Query } from '#server/resources/query.ts';

/** One authenticated and authorized request. */
export type Call = {
  identity: Identity;
  /** Empty for a collection. */
  name: string;
  query: Query;
  /** Parsed JSON; undefined when there was none. */
  body: unknown;
  idempotencyKey: string | undefined;
  /** When it was asked: wall ms, by the clock of the rooms. */
  now: number;
  /** The request's id, which what it leads to carries along. */
  id: string;
  /** Asks the same authorizer about something beside the request itself. */
  may(verb: string, resource: string, subresource?: string): Decision;
};

/** `note` is for the audit record: what else there is to know of what was done. */
export type Answer = { code: number; body: object; headers?: Readonly<Record<string, string>>; note?: string };
export type Handler = (call: Call) => Promise<Answer>;

export type Column = {
  name: string;
  type: 'string' | 'integer' | 'date';
  /** Above 0 only in wide tables. */
  priority?: number;
  // biome-ignore lint/suspicious/noExplicitAny: each resource reads its own kind
  cell(item: any): string | number | undefined;
};

/** Something below one object, at `/<resource>/<name>/<subresource>`. */
export type Subresource = { kind: string; schema: z.ZodType; get?: Handler; create?: Handler };

export type Resource = {
  /** Plural, as in the URL. */
  resource: string;
  kind: string;
  singular: string;
  /** One object; for the OpenAPI document. */
  schema: z.ZodType;
  shortNames?: readonly string[];
  /** Labels that a list can be narrowed by. */
  labels?: readonly string[];
  /** Its lists carry the place in a room's log as their resourceVersion. */
  versioned?: true;
  columns: readonly Column[];
  list?: Handler;
  get?: Handler;
  create?: Handler;
  /** A JSON merge patch of one object. */
  patch?: Handler;
  /** The same Idempotency-Key is answered as the first time. */
  idempotent?: true;
  /** Only after `mayDelete`, and never in a dry run. Needs `get`. */
  delete?: Handler;
  /** What keeps this one from being deleted by this caller: also that it is not there. */
  mayDelete?(call: Call): Promise<Answer | undefined>;
  subresources?: Readonly<Record<string, Subresource>>;
};

export type Verb = 'list' | 'get' | 'create' | 'patch' | 'delete';
export const VERBS: readonly Verb[] = ['list', 'get', 'create', 'patch', 'delete'];

/** What a request is about: an object or a collection, or the part of an object that it names. */
export function partOf(resource: Resource, subresource: string | undefined): Resource | Subresource | undefined {
  if (subresource === undefined) return resource;
  const parts = resource.subresources ?? {};
  return Object.hasOwn(parts, subresource) ? parts[subresource] : undefined;
}

export function answer(body: object, code = 200): Answer {
  return { code, body };
}

export function refuse(status: Status): Answer {
  const seconds = status.details?.retryAfterSeconds;
  return {
    code: status.code,
    body: status,
    ...(seconds !== undefined && { headers: { 'Retry-After': String(seconds) } }),
  };
}

/** A refusal of ours, with its field and what more there is to know. */
export function refuseBy(found: {
  refused: RefusalCode;
  field?: string | undefined;
  detail?: string;
  retryAfterMs?: number;
}): Answer {
  const { refused, field, detail, retryAfterMs = isPassing(refused) ? 1_000 : undefined } = found;
  return refuse(refusal(refused, { field, retryAfterMs, ...(detail !== undefined && { detail }) }));
}

export type Listed = { items: object[]; next?: Cursor | undefined; resourceVersion?: string; remaining?: number };

/** One page of a list; `next` becomes a token that only this list takes. */
export function list(kind: string, query: Query, { items, next, resourceVersion, remaining }: Listed): Answer {
  const metadata = {
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(next && { continue: continueToken(query.list, next) }),
    ...(next && remaining !== undefined && { remainingItemCount: remaining }),
  };
  return answer({ apiVersion: API_VERSION, kind: `${kind}List`, metadata, items });
}

/** The head of a resource; `createdAt` is wall ms. */
export function head<const K extends string>(kind: K, name: string, createdAt?: number) {
  const metadata = { name, uid: name, ...(createdAt !== undefined && { creationTimestamp: instant(createdAt) }) };
  return { apiVersion: API_VERSION, kind, metadata } as const;
}

export function instant(at: number): string {
  return new Date(at).toISOString();
}
