/**
 * Code points that are invisible by themselves. Unicode lists white space and default-ignorable code points as such; the
 * others here are assigned letters, symbols and format controls with an empty glyph, or that only affect their
 * neighbours. A test finds each candidate in the Unicode Character Database and requires it to be classified.
 */
const EMPTY_GLYPHS =
  '\\u{2800}' + // braille pattern blank
  '\\u{13441}\\u{13442}' + // Egyptian hieroglyph full blank, half blank
  '\\u{16fe4}' + // Khitan small script filler
  '\\u{1d159}' + // musical symbol null notehead
  '\\u{fffc}'; // object replacement character, with no object

/** Format controls that are not default-ignorable and are drawn without a glyph. */
const CONTROLS = '\\u{fff9}-\\u{fffb}\\u{13430}-\\u{1343f}';

/** Joiners and stackers: they shape their neighbours. */
const JOINERS =
  '\\u{2d7f}\\u{1107f}\\u{1039}\\u{17d2}\\u{1a60}\\u{1bab}\\u{aaf6}\\u{10a3f}\\u{11133}\\u{113d0}' +
  '\\u{1193e}\\u{11a47}\\u{11a99}\\u{11d45}\\u{11d97}\\u{11f42}';

/** The content of a character class, for expressions with the flag `u`: invisible and without effect. */
export const NOTHING = `\\p{White_Space}\\p{Default_Ignorable_Code_Point}${EMPTY_GLYPHS}`;

const SEEN = new RegExp(`[^${NOTHING}${CONTROLS}${JOINERS}]`, 'u');

/** True if the text has no visible character. */
export function isBlank(text: string): boolean {
  return !SEEN.test(text);
}
