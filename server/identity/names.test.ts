import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TooBusy } from '#server/identity/embedded/fair-queue.ts';
import { checkPassword, hashPassword } from '#server/identity/embedded/passwords.ts';
import { foldName, isPassword, readName, showName } from '#server/identity/names.ts';

it('[I60] names have 2 to 40 graphemes, of any script or emoji', () => {
  for (const name of ['Jo', 'Ø̈é', '林凡', 'محمد', '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'x'.repeat(40), '👩🏽‍🚀'.repeat(20)])
    expect(readName(name), name).toBe(name);
  for (const name of [
    '',
    'x',
    ' x ',
    '👩‍👩‍👧‍👦',
    'x'.repeat(41),
    `x${'\u0301'.repeat(300)}`,
    '\u200d\ufe0f',
    '\u3164\u3164',
  ]) {
    expect(readName(name), JSON.stringify(name)).toBeUndefined();
  }
});

it('[I60] invisible and text-direction characters are not part of a name', () => {
  for (const char of ['\0', '\n', '\x7f', '\u202e', '\u2066', '\u200b', '\ufeff', '\ud800', '\u2028', '\ue000']) {
    expect(readName(`Mi${char}ra`), JSON.stringify(char)).toBeUndefined();
  }
});

it('[C40] an invisible name is refused, and invisible characters never distinguish two names', () => {
  for (const blank of ['\u2800', '\u{1d159}', '\u{13441}', '\u3164', '\ufffc', '\u{13437}', '\u1039'])
    for (const name of [blank.repeat(3), `${blank}\u2800${blank}`, ` ${blank} ${blank} `])
      expect(readName(name), name.codePointAt(0)?.toString(16)).toBeUndefined();
  for (const blank of ['\u2800', '\u{1d159}', '\u{13442}', '\u115f'])
    expect(foldName(`Ad${blank}a${blank}`)).toBe(foldName('ada'));
  // A stacker changes its membership: two names.
  expect(foldName('\u1000\u1039\u1000')).not.toBe(foldName('\u1000\u1000'));
});

it('[I60] case, width, accents’ encoding, spacing and joiners do not make another name', () => {
  for (const [a, b] of [
    ['Mira', 'mIRA'],
    ['Ｍira', 'mira'],
    ['José', 'Jose\u0301'],
    ['straße', 'STRASSE'],
    ['straẞe', 'strasse'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['Mira Ø', 'mira  ø'],
    ['Mi\u200dra', 'Mira'],
  ] as const) {
    expect(foldName(a), a).toBe(foldName(b));
  }
});

it('[I60] folding a stored name changes nothing, once or twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 45 }), (typed) => {
      const name = readName(typed);
      if (name === undefined) return;
      expect(readName(name)).toBe(name);
      expect(foldName(foldName(name))).toBe(foldName(name));
      expect(name).toBe(name.normalize('NFC'));
    }),
  );
});

it('[I61] passwords have 8 to 200 characters, and only the right one is accepted', async () => {
  expect([
    isPassword('1234567'),
    isPassword('12345678'),
    isPassword('x'.repeat(200)),
    isPassword('x'.repeat(201)),
  ]).toEqual([false, true, true, false]);
  const stored = await hashPassword('café au lait');
  expect(await checkPassword('cafe\u0301 au lait', stored)).toBe(true);
  expect(await checkPassword('cafe au lait', stored)).toBe(false);
  expect(await checkPassword('café au lait', undefined)).toBe(false);
});

it('[I62] refusing an unknown name takes as long as refusing a wrong password', async () => {
  const stored = await hashPassword('the right one');
  const time = async (account: typeof stored | undefined) => {
    const started = performance.now();
    await checkPassword('a wrong one', account);
    return performance.now() - started;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < 5; i++) {
    known.push(await time(stored));
    unknown.push(await time(undefined));
  }
  const [a, b] = [Math.min(...known), Math.min(...unknown)];
  expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(2);
});

it('[I63] passwords beyond the queue are refused unread, first by address and then in total', async () => {
  const cheap = { N: 2, r: 1, p: 1, salt: '', hash: Buffer.alloc(32).toString('base64url') };
  const from = (address: number) => checkPassword('some password', cheap, `address ${address}`);
  const one = await Promise.allSettled(Array.from({ length: 60 }, () => from(0)));
  expect(one.filter((answer) => answer.status === 'rejected')).toHaveLength(60 - 2 - 4);
  const answers = await Promise.allSettled(Array.from({ length: 300 }, (_, n) => from(n)));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused).toHaveLength(300 - 2 - 200);
  expect(refused.every((answer) => answer.reason instanceof TooBusy)).toBe(true);
});

it("[I100] another provider's name is shown as a valid name, whatever it contains", () => {
  for (const [given, shown] of [
    ['mira', 'mira'],
    ['Mira  Ø', 'Mira Ø'],
    ['x', 'x'],
    ['mi\u202era\u0000', 'mi ra'],
    ['y'.repeat(300), 'y'.repeat(40)],
    ['\u202e\u200b', ''],
  ] as const)
    expect(showName(given), JSON.stringify(given)).toBe(shown);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (given) => {
      const shown = showName(given);
      expect(showName(shown)).toBe(shown);
      expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
