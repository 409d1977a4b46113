import { CASE_FOLDS } from '#server/identity/unicode/case-folding.ts';

/**
 * Full case folding by the Unicode Character Database: texts that differ in case alone fold to the same. Unlike
 * `toLowerCase`, it folds each code point by itself, and `ẞ`, `ß` and `SS` alike.
 */
export function caseFold(text: string): string {
  let folded = '';
  for (const char of text) folded += CASE_FOLDS.get(char) ?? char.toLowerCase();
  return folded;
}
