/** What may be a username and a password, and when two usernames are the same. */
import { isBlank, NOTHING } from '#schema/blank.ts';
import { caseFold } from '#server/identity/unicode/case-fold.ts';

const NAME_GRAPHEMES = { min: 2, max: 40 };
/** Letters may carry many combining marks; this bounds the whole. */
const NAME_CHARS = 200;
const PASSWORD_CHARS = { min: 8, max: 200 };

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Control characters, lone surrogates, private ones, line ends, and what turns the direction of text. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
/** Joiners and variation selectors belong into emoji and some scripts, but nothing unseen may tell two names apart. */
const IGNORED_WHEN_COMPARED = new RegExp(`[${NOTHING}]`, 'gu');

/** The name as it is shown (NFC, one space between words), or undefined when it cannot be a name. */
export function readName(typed: string): string | undefined {
  if (typed.length > NAME_CHARS || UNSEEN.test(typed)) return undefined;
  const name = typed.normalize('NFC').trim().replace(/\s+/gu, ' ');
  const length = [...graphemes.segment(name)].length;
  if (length < NAME_GRAPHEMES.min || length > NAME_GRAPHEMES.max || isBlank(name)) return undefined;
  return foldName(name) === '' ? undefined : name;
}

/** The name to show of someone whose provider has rules of its own: as it is, or with what may not be in a name left out. */
export function showName(given: string): string {
  const name = readName(given);
  if (name !== undefined) return name;
  const seen = given.slice(0, NAME_CHARS).replace(new RegExp(UNSEEN, 'gu'), ' ').trim();
  const cut = [...graphemes.segment(seen)].slice(0, NAME_GRAPHEMES.max).map(({ segment }) => segment);
  return cut.join('').normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** Two names are the same person's when they fold to the same key: case, width and spacing do not count. */
export function foldName(name: string): string {
  return caseFold(caseFold(name.normalize('NFKC').replace(IGNORED_WHEN_COMPARED, '')).normalize('NFKC')).normalize(
    'NFKC',
  );
}

export function isPassword(typed: string): boolean {
  return typed.isWellFormed() && typed.length >= PASSWORD_CHARS.min && typed.length <= PASSWORD_CHARS.max;
}
