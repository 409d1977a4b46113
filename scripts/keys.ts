/**
 * `npm run keys -- show | rotate | add | use | rewrap [--to FILE]`: changes the keys that everything is sealed with.
 * Reads the same environment as `npm start`. Processes that run go on as they are, and know of it once they are
 * started anew; docs/guides/operate.md has the order for each case.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from '#server/config.ts';
import type { Keyring } from '#server/keys/keyring.ts';
import { KeyError, readKeyFile } from '#server/keys/wrapping.ts';
import { openKeys } from '#server/storage.ts';
import { createLog } from '#server/telemetry/log.ts';

const USAGE = 'What? npm run keys -- show | rotate | add | use | rewrap [--to FILE]';
const WORDS = ['show', 'rotate', 'add', 'use', 'rewrap'] as const;
type Word = (typeof WORDS)[number];

function orders(): { word: Word; to: string | undefined } {
  try {
    const { values, positionals } = parseArgs({ options: { to: { type: 'string' } }, allowPositionals: true });
    const word = WORDS.find((one) => one === positionals[0]);
    if (!word || positionals.length > 1) throw new KeyError(USAGE);
    if (values.to !== undefined && word !== 'rewrap') throw new KeyError(`--to is for rewrap.\n${USAGE}`);
    return { word, to: values.to };
  } catch (error) {
    throw error instanceof KeyError ? error : new KeyError(`${(error as Error).message}\n${USAGE}`);
  }
}

/** The key to wrap with: the first of a file that was named, or of a key file with two; else a fresh one. */
async function nextKey({ key, keyFile }: Config, to: string | undefined): Promise<Uint8Array> {
  if (to !== undefined) {
    const [first] = (await readKeyFile(to)) ?? [];
    if (!first) throw new KeyError(`${to} is not there: put 32 random bytes in base64 into it, and give that again.`);
    return new Uint8Array(first.export());
  }
  if (key) throw new KeyError('The key comes from PARLOR_KEY, which nobody can change from here: give --to FILE.');
  const [first, second] = (await readKeyFile(keyFile)) ?? [];
  return first && second ? new Uint8Array(first.export()) : randomBytes(32);
}

async function change(keyring: Keyring, config: Config, word: Word, to: string | undefined): Promise<string> {
  switch (word) {
    case 'show':
      return '';
    case 'rotate':
      if (config.cluster)
        throw new KeyError('Other processes do not know a new key before they start anew: add, start all anew, use.');
      await keyring.rotate();
      return 'It seals from the next start on.';
    case 'add':
      await keyring.add();
      return 'It waits. Start every process anew, then: npm run keys -- use';
    case 'use':
      await keyring.use();
      return 'It seals in every process that starts from now on.';
    case 'rewrap':
      await keyring.rewrap(await nextKey(config, to));
      return config.key
        ? 'Set PARLOR_KEY to the new key before the next start, and keep a copy elsewhere.'
        : 'The old key is of no more use but for older backups. Keep a copy of the new one elsewhere.';
  }
}

async function main(): Promise<void> {
  const { word, to } = orders();
  const config = readConfig();
  const { keyring, close } = await openKeys(config, createLog('silent'));
  try {
    const said = await change(keyring, config, word, to);
    const { wrappedBy, keys, seals } = keyring.about();
    const waits = keys.filter((id) => id > seals);
    console.log(
      `wrapped by ${wrappedBy}; data keys ${keys.join(', ')}; ${seals} seals${waits.map((id) => `, ${id} waits`)}`,
    );
    if (said) console.log(said);
  } finally {
    await close();
  }
}

main().catch((error: Error) => {
  const known = ['ConfigError', 'KeyError', 'StoreError', 'SealError'];
  process.stderr.write(`${known.includes(error.name) ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
