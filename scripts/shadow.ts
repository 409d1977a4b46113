/**
 * `npm run shadow`: replays the logs of live rooms with the code that lies here, before it is started in place of the
 * one that runs. Reads the same environment as `npm start`; claims nothing, writes nothing. For processes that share a
 * Redis while they run, for the embedded journal while Parlor is stopped.
 *
 * Ends with 0 when every room would go on, 1 when some would diverge, 2 when that could not be told.
 */
import { MACHINES } from '#rooms/registry.ts';
import { readConfig } from '#server/config.ts';
import { type Diverging, sentence, shadow } from '#server/rooms/shadow.ts';
import { openToLook } from '#server/storage.ts';
import { createLog } from '#server/telemetry/log.ts';
import { versionsOf } from '#server/version.ts';

/** Rooms named one by one. */
const MOST_NAMED = 100;
const PROGRESS_MS = 1_000;

/** On standard error, once a second: what is printed is the result alone. */
function teller(): (done: number, of: number) => void {
  let told = performance.now();
  return (done, of) => {
    if (performance.now() - told < PROGRESS_MS) return;
    told = performance.now();
    process.stderr.write(`${done.toLocaleString('en')} of ${of.toLocaleString('en')} rooms\n`);
  };
}

function line({ room, machine, seq, reason }: Diverging): string {
  const at = seq === undefined || reason.startsWith('at seq') ? '' : ` at seq ${seq}:`;
  return `  ${room} (${machine})${at} ${reason}`;
}

async function main(): Promise<0 | 1> {
  const looking = await openToLook(readConfig(), createLog('silent'));
  try {
    const { store, keyring } = looking;
    const { version } = versionsOf(MACHINES);
    const ports = { store, seal: keyring.journalSeal(), machines: MACHINES, version };
    const found = await shadow(ports, { progress: teller() });
    const { diverging, unproven } = found;
    for (const one of diverging.slice(0, MOST_NAMED)) console.log(line(one));
    if (diverging.length > MOST_NAMED)
      console.log(`  and ${(diverging.length - MOST_NAMED).toLocaleString('en')} more`);
    if (unproven > 0)
      console.log(`${unproven.toLocaleString('en')} would go on only after their owner was stopped, not killed`);
    console.log(sentence(found));
    return diverging.length > 0 ? 1 : 0;
  } finally {
    await looking.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    // What a person can mend is a sentence.
    const known = ['ConfigError', 'KeyError', 'StoreError', 'JournalError', 'Error'];
    process.stderr.write(`${known.includes(error.name) ? error.message : error.stack}\n`);
    process.exit(2);
  },
);
