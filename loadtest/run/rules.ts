/** k6's threshold expressions, as far as they are used here: one measure, one value of it, one bound. Pure. */
import { MEASURES, type Measure } from '../k6/measures.ts';

export type Rule = { measure: Measure; of: string; is: '<' | '<=' | '>' | '>=' | '=='; bound: number };

const OF = {
  counter: /^(count|rate)$/,
  rate: /^rate$/,
  trend: /^(min|med|max|avg|p\((\d{1,2}(\.\d+)?|100)\))$/,
};

/** `measure:expression`. @throws Error with a sentence. */
export function parseRule(text: string): Rule {
  const [, measure = '', of = '', is = '', bound = ''] =
    /^(\w+):\s*([\w().]+?)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (measure === '') throw new Error(`"${text}" is no threshold; one looks like own_visible_ms:p(99)<50.`);
  if (!Object.hasOwn(MEASURES, measure)) {
    throw new Error(`"${measure}" is not measured; there are ${Object.keys(MEASURES).join(', ')}.`);
  }
  const kind = MEASURES[measure as Measure];
  if (!OF[kind].test(of)) throw new Error(`"${of}" cannot be asked of ${measure}, which is a ${kind}.`);
  return { measure: measure as Measure, of, is: is as Rule['is'], bound: Number(bound) };
}
