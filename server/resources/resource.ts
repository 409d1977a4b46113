/** A resource as one file of this folder declares it, and what its handlers are given and answer. */
import type { z } from 'zod';
import type { Cursor } from '#db/page.ts';
import type { Decision, Identity } from '#rooms/ports.ts';
import { isPassing, type RefusalCode } from '#schema/refusals.ts';
import { API_VERSION } from '#schema/resources.ts';
import { refusal, type Status } from '#schema/status.ts';
import type { DefaultRule } from '#server/authz/roles.ts';
import { continueToken } from '#server/resources/continue.ts';
import type { Group } from '#server/resources/group.ts';
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

/** Where the truth is: rows of the database, the log of a room, what rooms show of themselves, or this process. */
export type Storage = 'rows' | 'room-log' | 'rooms' | 'memory';

export type Verb = 'list' | 'get' | 'create' | 'patch' | 'delete';
export const VERBS: readonly Verb[] = ['list', 'get', 'create', 'patch', 'delete'];

/** What is asked about in authorization: a plural, its parts, and who may do what by default. */
export type Asked = {
  /** As in the URL. */
  plural: string;
  /** Parts without a route, by name, with what they are about: asked as `<plural>/<part>`. */
  asked?: Readonly<Record<string, string>>;
  rules: readonly DefaultRule[];
};

/** Something below one object, at `/<plural>/<name>/<subresource>`. */
export type Part = { kind: string; schema: z.ZodType; verbs: readonly ('get' | 'create')[] };

/** All that is known of a resource before it is wired: everything else is derived from it. */
export type Facts = Asked & {
  group: Group;
  kind: string;
  singular: string;
  storage: Storage;
  /** One object. */
  schema: z.ZodType;
  /** The body of a POST. */
  creates?: z.ZodType;
  /** The body of a PATCH: a JSON merge patch of one object. */
  patches?: z.ZodType;
  verbs: readonly Verb[];
  shortNames?: readonly string[];
  /** Labels that a list can be narrowed by. */
  labels?: readonly string[];
  columns: readonly Column[];
  /** The same Idempotency-Key is answered as the first time. */
  idempotent?: true;
  subresources?: Readonly<Record<string, Part>>;
};

/** One for each verb of the declaration. */
export type Handlers = Partial<Record<Verb, Handler>> & {
  /** What keeps this one from being deleted by this caller: also that it is not there. `delete` comes only after it. */
  mayDelete?(call: Call): Promise<Answer | undefined>;
  /** By subresource. */
  parts?: Readonly<Record<string, Partial<Record<'get' | 'create', Handler>>>>;
};

/** What one file of this folder declares. */
export type Declaration<P> = Facts & { serve: (ports: P, facts: Facts) => Handlers };

export type Subresource = Part & Partial<Record<'get' | 'create', Handler>>;
export type Resource = Omit<Facts, 'subresources'> &
  Omit<Handlers, 'parts'> & { subresources?: Readonly<Record<string, Subresource>> };

/** A declaration over its ports. Throws when what it serves is not what it declares. */
export function serve<P>({ serve: open, ...facts }: Declaration<P>, ports: P): Resource {
  const { parts = {}, ...handlers } = open(ports, facts);
  const declared = facts.subresources ?? {};
  same(facts.plural, facts.verbs, handlers);
  same(facts.plural, Object.keys(declared), parts);
  const served = Object.entries(declared).map(([name, part]): [string, Subresource] => {
    same(`${facts.plural}/${name}`, part.verbs, parts[name] ?? {});
    return [name, { ...part, ...parts[name] }];
  });
  return { ...facts, ...handlers, subresources: Object.fromEntries(served) };
}

function same(what: string, declared: readonly string[], served: object): void {
  const found = Object.keys(served).filter((name) => name !== 'mayDelete');
  if (found.toSorted().join() === declared.toSorted().join()) return;
  throw new Error(`${what} declares [${declared.join(', ')}] and serves [${found.join(', ')}]`);
}

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

export type Listed = {
  items: object[];
  next?: Cursor | undefined;
  resourceVersion?: string;
  remaining?: number;
  apiVersion?: string;
};

/** One page of a list; `next` becomes a token that only this list takes. */
export function list(
  kind: string,
  query: Query,
  { items, next, resourceVersion, remaining, apiVersion = API_VERSION }: Listed,
): Answer {
  const metadata = {
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(next && { continue: continueToken(query.list, next) }),
    ...(next && remaining !== undefined && { remainingItemCount: remaining }),
  };
  return answer({ apiVersion, kind: `${kind}List`, metadata, items });
}

/** The head of a resource; `createdAt` is wall ms. */
export function head<const K extends string>(kind: K, name: string, createdAt?: number) {
  const metadata = { name, uid: name, ...(createdAt !== undefined && { creationTimestamp: instant(createdAt) }) };
  return { apiVersion: API_VERSION, kind, metadata } as const;
}

export function instant(at: number): string {
  return new Date(at).toISOString();
}
