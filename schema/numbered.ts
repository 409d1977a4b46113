import { type FieldBuilder, t } from '@colyseus/schema';

/**
 * Fields of a base class, padded with unused ones up to `to`: the fields of derived classes keep their numbers on the
 * wire when the base gets another field. Unused fields are never set and never sent.
 * @throws RangeError if no number is free: then every derived state would change its numbers.
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
