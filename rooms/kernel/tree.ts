/**
 * A schema tree as plain JSON and back, exactly: every number to the bit, map order, and the refIds by
 * which clients know each instance. `@colyseus/schema`'s own encoding will not do: `number` is lossy
 * there, and `.view()` fields are left out.
 */
import { $numFields, $refId, ArraySchema, MapSchema, type Schema } from '@colyseus/schema';

/** `[refId, …]` for an instance, a map or an array; scalars as they are (odd numbers tagged). */
export type Dumped = null | boolean | number | string | { n: string } | Dumped[];

type Kind = { is: 'scalar' } | { is: 'schema'; of: SchemaClass } | { is: 'map' | 'array'; of: SchemaClass | undefined };
type SchemaClass = new () => Schema;
type Field = { name: string; kind: Kind };
type Instance = { [$refId]?: number };

const plans = new WeakMap<object, Field[]>();

function fieldsOf(of: SchemaClass): Field[] {
  let plan = plans.get(of);
  if (!plan) {
    plan = [];
    // biome-ignore lint/suspicious/noExplicitAny: schema metadata is untyped
    const metadata = (of as any)[Symbol.metadata];
    for (let i = 0; i <= metadata[$numFields]; i++) {
      plan.push({ name: metadata[i].name, kind: kindOf(metadata[i].type, metadata[i].name) });
    }
    plans.set(of, plan);
  }
  return plan;
}

function kindOf(type: unknown, name: string): Kind {
  if (typeof type === 'string') return { is: 'scalar' };
  if (typeof type === 'function') return { is: 'schema', of: type as SchemaClass };
  if (typeof type === 'object' && type !== null) {
    for (const is of ['map', 'array'] as const) {
      if (is in type) {
        const of = (type as Record<string, unknown>)[is];
        return { is, of: typeof of === 'function' ? (of as SchemaClass) : undefined };
      }
    }
  }
  throw new TypeError(`field "${name}": state may hold maps, arrays, schemas and scalars only`);
}

/** The whole tree as JSON. With `refIds` false they are left out, for hashing what a client sees. */
export function dump(root: Schema, refIds = true): Dumped {
  return dumpSchema(root, refIds);
}

function dumpSchema(ref: Schema, ids: boolean): Dumped[] {
  const of = ref.constructor as SchemaClass;
  const out: Dumped[] = ids ? [(ref as Instance)[$refId] ?? null] : [];
  for (const { name, kind } of fieldsOf(of)) out.push(dumpField((ref as never)[name], kind, ids, name));
  return out;
}

function dumpField(value: unknown, kind: Kind, ids: boolean, name: string): Dumped {
  if (value === undefined || value === null) return null;
  if (kind.is === 'scalar') return dumpScalar(value, name);
  if (kind.is === 'schema') return dumpChild(value, kind.of, ids, name);
  const out: Dumped[] = ids ? [(value as Instance)[$refId] ?? null] : [];
  if (kind.is === 'map') {
    for (const [key, item] of value as MapSchema<unknown>) out.push([key, dumpChild(item, kind.of, ids, name)]);
  } else {
    for (const item of value as ArraySchema<unknown>) out.push(dumpChild(item, kind.of, ids, name));
  }
  return out;
}

function dumpChild(value: unknown, of: SchemaClass | undefined, ids: boolean, name: string): Dumped {
  if (!of) return dumpScalar(value, name);
  if ((value as object).constructor !== of)
    throw new TypeError(`field "${name}": an instance of another class than declared`);
  return dumpSchema(value as Schema, ids);
}

function dumpScalar(value: unknown, name: string): Dumped {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { n: Object.is(value, -0) ? '-0' : String(value) };
    default:
      throw new TypeError(`field "${name}": a ${typeof value} cannot be kept`);
  }
}

/** A detached tree with every refId pinned; give it to an Encoder, then raise that root's next id. */
export function build<S extends Schema>(of: new () => S, dumped: Dumped): S {
  return buildSchema(of as SchemaClass, dumped as Dumped[]) as S;
}

function buildSchema(of: SchemaClass, dumped: Dumped[]): Schema {
  const ref = new of();
  pin(ref, dumped[0]);
  fieldsOf(of).forEach(({ name, kind }, i) => {
    const value = dumped[i + 1] as Dumped;
    if (value === null) return;
    if (kind.is === 'scalar') (ref as never as Record<string, unknown>)[name] = scalar(value);
    else if (kind.is === 'schema')
      (ref as never as Record<string, unknown>)[name] = buildSchema(kind.of, value as Dumped[]);
    else fill(((ref as never)[name] ?? collection(ref, name, kind.is)) as never, kind, value as Dumped[]);
  });
  return ref;
}

function collection(ref: Schema, name: string, is: 'map' | 'array'): unknown {
  const made = is === 'map' ? new MapSchema() : new ArraySchema();
  (ref as never as Record<string, unknown>)[name] = made;
  return (ref as never as Record<string, unknown>)[name];
}

function fill(
  into: MapSchema<unknown> & ArraySchema<unknown>,
  kind: Kind & { is: 'map' | 'array' },
  dumped: Dumped[],
): void {
  pin(into, dumped[0]);
  const child = (value: Dumped) => (kind.of ? buildSchema(kind.of, value as Dumped[]) : scalar(value));
  for (let i = 1; i < dumped.length; i++) {
    if (kind.is === 'array') into.push(child(dumped[i] as Dumped));
    else {
      const [key, value] = dumped[i] as [string, Dumped];
      into.set(key, child(value));
    }
  }
}

function scalar(value: Dumped): unknown {
  return typeof value === 'object' && value !== null && 'n' in value ? Number(value.n) : value;
}

function pin(ref: object, refId: Dumped | undefined): void {
  if (typeof refId === 'number')
    Object.defineProperty(ref, $refId, { value: refId, enumerable: false, writable: true });
}

/** Every refId in walk order: what must be the same in a live room and its replay. */
export function refIdsOf(root: Schema): number[] {
  const out: number[] = [];
  walk(root, (ref) => out.push((ref as Instance)[$refId] ?? -1));
  return out;
}

function walk(ref: Schema, visit: (ref: object) => void): void {
  visit(ref);
  for (const { name, kind } of fieldsOf(ref.constructor as SchemaClass)) {
    const value = (ref as never)[name] as unknown;
    if (kind.is === 'scalar' || value === undefined || value === null) continue;
    if (kind.is === 'schema') walk(value as Schema, visit);
    else {
      visit(value as object);
      if (kind.of) for (const item of (value as MapSchema<Schema> | ArraySchema<Schema>).values()) walk(item, visit);
    }
  }
}
