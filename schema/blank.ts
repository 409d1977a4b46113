/**
 * Code points that look like nothing, by themselves. Unicode says so of white space and of what renderers ignore by
 * default; the others here are assigned letters, symbols and format controls whose glyph is empty, or that only act on
 * what stands around them. A test finds each candidate in the Unicode Character Database and wants it decided.
 */
const EMPTY_GLYPHS =
  '\\u{2800}' + // braille pattern blank
  '\\u{13441}\\u{13442}' + // Egyptian hieroglyph full blank, half blank
  '\\u{16fe4}' + // Khitan small script filler
  '\\u{1d159}' + // musical symbol null notehead
  '\\u{fffc}'; // object replacement character, with no object

/** Format controls that renderers do not ignore by default, and yet show nothing of. */
const CONTROLS = '\\u{fff9}-\\u{fffb}\\u{13430}-\\u{1343f}';

/** Joiners and stackers: they shape their membership. */
const JOINERS =
  '\\u{2d7f}\\u{1107f}\\u{1039}\\u{17d2}\\u{1a60}\\u{1bab}\\u{aaf6}\\u{10a3f}\\u{11133}\\u{113d0}' +
  '\\u{1193e}\\u{11a47}\\u{11a99}\\u{11d45}\\u{11d97}\\u{11f42}';

/** Of a character class, for expressions with the flag `u`: shows nothing and changes nothing. */
export const NOTHING = `\\p{White_Space}\\p{Default_Ignorable_Code_Point}${EMPTY_GLYPHS}`;

const SEEN = new RegExp(`[^${NOTHING}${CONTROLS}${JOINERS}]`, 'u');

/** A reader sees nothing of it. */
export function isBlank(text: string): boolean {
  return !SEEN.test(text);
}
