/** What people write: brought into one form, and measured as people count. */

const CONTROL = /[\p{Cc}--[\n\r\t]]/v;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const encoder = new TextEncoder();

/** Text that can be kept: no lone surrogates, no control characters but line ends and tabs. */
export function isText(text: string): boolean {
  return text.isWellFormed() && !CONTROL.test(text);
}

/** One form for all: composed (NFC), line ends as `\n`, tabs as spaces, nothing around it. Idempotent. */
export function tidy(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ').normalize('NFC').trim();
}

/** What a reader calls a character: an emoji of five code points is one. */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count++;
  return count;
}

/** Of one grapheme; beyond these it is no letter of any script, and paints over its membership. */
const GRAPHEME = { marks: 10, codePoints: 32 };
const MARK = /\p{M}/gu;

/** Every grapheme is one that a script or an emoji has use for. */
export function hasPlainGraphemes(text: string): boolean {
  for (const { segment } of segmenter.segment(text)) {
    if (segment.length <= GRAPHEME.marks) continue;
    if ([...segment].length > GRAPHEME.codePoints || (segment.match(MARK)?.length ?? 0) > GRAPHEME.marks) return false;
  }
  return true;
}

export function fits(text: string, graphemes: number, bytes: number): boolean {
  if (text.length > bytes || encoder.encode(text).length > bytes) return false;
  return text.length <= graphemes || countGraphemes(text) <= graphemes;
}
