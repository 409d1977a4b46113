/**
 * A schema tree as plain data and back, exactly: fields by name, every number to the bit, map order, and the refIds
 * by which clients know each instance. A field that has its default is left out, so that code with one field more
 * reads and hashes what was written before. `@colyseus/schema`'s own encoding will not do: `number` is lossy there,
 * and `.view()` fields are left out.
 */
import { $refId, ArraySchema, MapSchema, type Schema } from '@colyseus/schema';
import { type Field, fieldNamed, fieldsOf, type Kind, type Scalar, type SchemaClass } from '#rooms/kernel/fields.ts';

/** An instance is `{ '#': refId, field: … }`, an array `[refId, …]`, a map `[refId, [key, …], …]`. */
export type Dumped = Scalar | Dumped[] | { [field: string]: Dumped };
/** The default of each field, by `Class.field`. Code with another one would read the same dump as another state. */
export type Defaults = Record<string, Scalar>;

/** Below it, the refIds of what a new state holds from the start: one more than its field's index. */
const FIRST_REF_ID = 64;
const REF = '#';
type Instance = { [$refId]?: number };

/** The whole tree. Without `refIds` it is what the state hash is of: no ids, and nothing that is empty by default. */
export function dump(root: Schema, refIds = true): Dumped {
  return dumpSchema(root, refIds);
}

function dumpSchema(ref: Schema, ids: boolean): { [field: string]: Dumped } {
  const out: { [field: string]: Dumped } = ids ? { [REF]: (ref as Instance)[$refId] ?? null } : {};
  for (const field of fieldsOf(ref.constructor as SchemaClass)) {
    const dumped = dumpField((ref as never)[field.name], field, ids);
    if (dumped !== undefined) out[field.name] = dumped;
  }
  return out;
}

function dumpField(value: unknown, { name, kind, start }: Field, ids: boolean): Dumped | undefined {
  if (value === undefined || value === null) return start === undefined ? undefined : null;
  if (kind.is === 'scalar') return Object.is(value, start) ? undefined : dumpScalar(value, name);
  if (kind.is === 'schema') {
    const child = dumpChild(value, kind.of, ids, name) as { [field: string]: Dumped };
    return start !== undefined && isEmpty(child) ? undefined : child;
  }
  const out: Dumped[] = ids ? [(value as Instance)[$refId] ?? null] : [];
  if (kind.is === 'map') {
    for (const [key, item] of value as MapSchema<unknown>) out.push([key, dumpChild(item, kind.of, ids, name)]);
  } else {
    for (const item of value as ArraySchema<unknown>) out.push(dumpChild(item, kind.of, ids, name));
  }
  return start !== undefined && out.length === 0 ? undefined : out;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

function dumpChild(value: unknown, of: SchemaClass | undefined, ids: boolean, name: string): Dumped {
  if (!of) return dumpScalar(value, name);
  if ((value as object).constructor !== of)
    throw new TypeError(`field "${name}": an instance of another class than declared`);
  return dumpSchema(value as Schema, ids);
}

function dumpScalar(value: unknown, name: string): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  throw new TypeError(`field "${name}": a ${typeof value} cannot be kept`);
}

/**
 * A detached tree with every refId pinned; give it to an Encoder, then raise that root's next id. What this code has
 * from the start and the dump does not name keeps its default. @throws TypeError for a field that this code lacks.
 */
export function build<S extends Schema>(of: new () => S, dumped: Dumped): S {
  return buildSchema(of as SchemaClass, dumped as { [field: string]: Dumped }) as S;
}

function buildSchema(of: SchemaClass, dumped: { [field: string]: Dumped }): Schema {
  const ref = new of();
  pin(ref, dumped[REF]);
  for (const [name, value] of Object.entries(dumped)) {
    if (name === REF) continue;
    const { kind } = fieldNamed(of, name);
    const fields = ref as never as Record<string, unknown>;
    if (value === null) fields[name] = undefined;
    else if (kind.is === 'scalar') fields[name] = value;
    else if (kind.is === 'schema') fields[name] = buildSchema(kind.of, value as { [field: string]: Dumped });
    else fill(collection(fields, name, kind.is) as never, kind, value as Dumped[]);
  }
  return ref;
}

function collection(fields: Record<string, unknown>, name: string, is: 'map' | 'array'): unknown {
  fields[name] ??= is === 'map' ? new MapSchema() : new ArraySchema();
  return fields[name];
}

function fill(
  into: MapSchema<unknown> & ArraySchema<unknown>,
  { is, of }: Kind & { is: 'map' | 'array' },
  [refId, ...items]: Dumped[],
): void {
  pin(into, refId);
  const child = (value: Dumped) => (of ? buildSchema(of, value as { [field: string]: Dumped }) : value);
  for (const item of items) {
    if (is === 'array') into.push(child(item));
    else into.set((item as [string, Dumped])[0], child((item as [string, Dumped])[1]));
  }
}

function pin(ref: object, refId: Dumped | undefined): void {
  if (typeof refId === 'number')
    Object.defineProperty(ref, $refId, { value: refId, enumerable: false, writable: true });
}

/**
 * Numbers what has no refId yet, and answers the next id to give out. A field's own collection has one that follows
 * from the field, so that a field more, here or in a base, leaves all others as they are.
 */
export function pinRest(root: Schema, next = FIRST_REF_ID): number {
  let free = next;
  const slots = new Map<object, number>([[root, 0]]);
  for (const { name, index } of fieldsOf(root.constructor as SchemaClass)) {
    const value = (root as never)[name] as unknown;
    if (typeof value === 'object' && value !== null) slots.set(value, 1 + index);
  }
  walk(root, (ref) => {
    if ((ref as Instance)[$refId] === undefined) pin(ref, slots.get(ref) ?? free++);
  });
  return free;
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
