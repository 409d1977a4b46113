import { type FieldBuilder, t } from '@colyseus/schema';

/**
 * Fields of a base class, with as many unused ones behind them as it may still get: what a class built on it adds
 * keeps its numbers on the wire when the base has one field more. Unused fields are never set and never sent.
 * @throws RangeError when there is no room left: then every state built on it changes its numbers.
 */
// biome-ignore lint/suspicious/noExplicitAny: fields of every type
export function numbered<F extends Record<string, FieldBuilder<any, any, any>>>(
  from: number,
  to: number,
  fields: F,
): F {
  const used = from + Object.keys(fields).length;
  if (used > to) throw new RangeError(`fields ${from} to ${to - 1} do not hold ${used - from} fields`);
  const unused = Array.from({ length: to - used }, (_, i) => [`_${used + i}`, t.boolean()]);
  return { ...fields, ...Object.fromEntries(unused) };
}
