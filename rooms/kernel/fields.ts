/** What a schema class holds: its fields by name, of which kind, and what each is in a new instance. */
import { $numFields, type Schema } from '@colyseus/schema';

export type Scalar = null | boolean | number | string | Uint8Array;
export type SchemaClass = new () => Schema;
export type Kind =
  | { is: 'scalar' }
  | { is: 'schema'; of: SchemaClass }
  | { is: 'map' | 'array'; of: SchemaClass | undefined };
/** `start`: what it is in a new instance; undefined when it is nothing there. */
export type Field = { name: string; index: number; kind: Kind; start: unknown };

type Plan = { fields: readonly Field[]; byName: ReadonlyMap<string, Field> };

const plans = new WeakMap<object, Plan>();

/** In the order of their names, which does not change when a field is put elsewhere. */
export function fieldsOf(of: SchemaClass): readonly Field[] {
  return planOf(of).fields;
}

/** @throws TypeError when there is none. */
export function fieldNamed(of: SchemaClass, name: string): Field {
  const field = planOf(of).byName.get(name);
  if (!field) throw new TypeError(`${of.name} has no field "${name}" here`);
  return field;
}

/** The default of every scalar field of this class and of those that it holds, by `Class.field`. */
export function defaultsOf(of: SchemaClass, into: Record<string, Scalar> = {}, seen = new Set<SchemaClass>()) {
  if (seen.has(of)) return into;
  seen.add(of);
  for (const { name, kind, start } of fieldsOf(of)) {
    if (kind.is === 'scalar' && start !== undefined) into[`${of.name}.${name}`] = start as Scalar;
    else if ('of' in kind && kind.of) defaultsOf(kind.of, into, seen);
  }
  return into;
}

function planOf(of: SchemaClass): Plan {
  let plan = plans.get(of);
  if (!plan) {
    // biome-ignore lint/suspicious/noExplicitAny: schema metadata is untyped
    const metadata = (of as any)[Symbol.metadata];
    const fresh = new of() as never as Record<string, unknown>;
    const fields: Field[] = [];
    for (let index = 0; index <= (metadata[$numFields] ?? -1); index++) {
      const { name, type } = metadata[index] as { name: string; type: unknown };
      fields.push({ name, index, kind: kindOf(type, name), start: fresh[name] ?? undefined });
    }
    fields.sort((a, b) => (a.name < b.name ? -1 : 1));
    plan = { fields, byName: new Map(fields.map((field) => [field.name, field])) };
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
