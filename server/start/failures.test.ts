import { expect, it } from 'vitest';
import { ConfigError } from '#server/config.ts';
import { StartError, starting, told } from '#server/start/failures.ts';

const failing = (part: 'data' | 'port' | 'database', error: unknown) =>
  starting(part, '/srv/parlor', () => Promise.reject(error)).catch((reason: unknown) => reason);
const system = (code: string) => Object.assign(new Error(`${code}: something, open '/srv/parlor/x'`), { code });

it('[F31] failure reasons that a test cannot cause are reported too', async () => {
  for (const [part, error, says] of [
    ['data', system('EROFS'), /mounted read-only/],
    ['data', system('ENOSPC'), /no room left/],
    ['data', new Error('outer', { cause: system('EACCES') }), /cannot be written/],
    ['port', system('EACCES'), /ports below 1024/],
    ['database', new Error('unsupported startup parameter: search_path'), /ignore_startup_parameters of PgBouncer/],
  ] as const) {
    const explained = await failing(part, error);
    expect(explained).toBeInstanceOf(StartError);
    expect(told(explained)).toMatch(says);
    expect(told(explained)).not.toMatch(/\n/);
  }
});

it('[F31] an unlisted failure is shown with its causes and stack', async () => {
  const bug = new TypeError('x is not a function', { cause: new AggregateError([system('EPROTO')], 'all failed') });
  const shown = told(await failing('data', bug));
  expect(shown).toMatch(/^Parlor cannot start: x is not a function\n {2}because: all failed\n {2}because: EPROTO/);
  expect(shown).toMatch(/\n\s+at /);
  const mistakes = new ConfigError([{ variable: 'PORT', problem: 'is taken' }]);
  expect(told(mistakes)).toBe(mistakes.message);
  expect(told('a text')).toContain('Parlor cannot start: a text');
});
