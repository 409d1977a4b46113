/** `npm start`: reads the environment, starts Parlor, and says where it is. */
import { readFileSync } from 'node:fs';
import { readConfig } from '#server/config.ts';
import { type Parlor, startParlor } from '#server/parlor.ts';
import { told } from '#server/start/failures.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** For who is told to stop before it has started. */
const START_MS = 5_000;

function say(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function start(): Promise<Parlor> {
  const config = readConfig(process.argv.slice(2));
  const parlor = await startParlor(config, version);
  const { firstAdministrator, fingerprint } = parlor;
  if (firstAdministrator) {
    const { username, password } = firstAdministrator;
    say('', `The administrator's account, shown this once:   ${username}   ${password}`);
  }
  if (fingerprint) {
    say('', 'The certificate was made by this server, so browsers warn once. Its SHA-256 fingerprint:', fingerprint);
  }
  say('', `Parlor is open at ${config.origin}`, '');
  return parlor;
}

/**
 * Also while it starts, which is waited for; but not for long: a start that hangs has nothing to hand over, and one
 * that fails then ends as it was told to.
 */
function stopOnSignal(starting: Promise<Parlor>): void {
  let stopping = false;
  starting.catch((error) => end(error, stopping ? 0 : 1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      const patience = setTimeout(() => process.exit(0), START_MS);
      void starting.then(
        (parlor) => {
          clearTimeout(patience);
          parlor.close().then(
            () => process.exit(0),
            (error) => end(error, 1),
          );
        },
        () => {}, // it has been told
      );
    });
  }
}

/** What a person can mend is a sentence; a stack is for what they cannot. */
function end(error: unknown, code: 0 | 1): never {
  process.stderr.write(`${told(error)}\n`);
  process.exit(code);
}

stopOnSignal(start());
