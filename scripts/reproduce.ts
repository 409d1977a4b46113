/**
 * Makes a failing test of a room that went wrong. `npm run reproduce -- export.json [--out file.test.ts]`
 * replays the log that an administrator exported with the code as it is here, says where that fails, shrinks it,
 * and writes the test. `--module '#rooms/…'` names the module of a machine that is not in the registry.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { examine } from '#rooms/faults/examine.ts';
import { playable, readExport } from '#rooms/faults/exported.ts';
import { machineIn } from '#rooms/faults/machines.ts';
import { shrink } from '#rooms/faults/shrink.ts';
import { said, testFile } from '#rooms/faults/test-file.ts';
import type { RoomExport } from '#rooms/host/export.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { History } from '#rooms/kernel/replay.ts';
import { machineNamed } from '#rooms/registry.ts';

const ROOT = resolve(import.meta.dirname, '..');
const BIOME = join(ROOT, 'node_modules/.bin/biome');
/** Exit statuses: a fault is a test now; there is none with this code; what was given is of no use. */
const [FOUND, FINE, USELESS] = [0, 1, 2] as const;

const say = (line: string) => {
  console.log(line);
};

async function reproduce(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, module: { type: 'string' } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw new Error('Say which export: npm run reproduce -- export.json [--out file.test.ts]');
  }
  const given = readExport(await readFile(file, 'utf8'));
  const machine = await machineOf(given, values.module);
  const history = playable(given);
  tell(given, history);
  const failure = examine(machine, history);
  if (!failure) {
    say('It replays to its end with this code, without a fault.');
    return FINE;
  }
  say(`It ${failure.what} at seq ${failure.seq}, ${said(failure.command)}: ${failure.message}`);
  say('Shrinking…');
  const shrunk = shrink(machine, history, failure);
  say(`${counted(history)} became ${counted(shrunk.history)}.`);
  const out = resolve(values.out ?? join(ROOT, 'rooms/faults', `${given.machine}-${failure.seq}.test.ts`));
  const about = `From the log of a room of ${given.machine}, written by version ${given.version}: ${counted(history)}, shrunk.`;
  const origin = { machine: given.machine, ...(values.module !== undefined && { module: values.module }) };
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, testFile(origin, shrunk, about));
  execFileSync(BIOME, ['check', '--write', '--no-errors-on-unmatched', out], { cwd: ROOT, stdio: 'pipe' });
  say(`Written to ${out}; it fails now, and passes once the machine is mended.`);
  if (machine.kind !== 'match') say('It holds what people wrote: read it before you share it.');
  return FOUND;
}

async function machineOf({ machine }: RoomExport, module: string | undefined): Promise<AnyMachine> {
  const found = module === undefined ? machineNamed(machine) : machineIn((await import(module)) as object, machine);
  if (!found) throw new Error(`There is no machine "${machine}" ${module ? `in ${module}` : 'in the registry'}.`);
  return found;
}

function tell(given: RoomExport, history: History): void {
  const { room, machine, version, damage = [], fault } = given;
  say(`Room ${room}, machine ${machine}, version ${version}: ${counted(history)}.`);
  if (fault) say(`It was quarantined: ${fault.message}`);
  for (const { what, n, reason } of damage) say(`Damaged: ${what} ${n}. ${reason}`);
  const left = given.batches.length - history.batches.length;
  if (left > 0) say(`What lies behind the damage is left out: ${left} of ${given.batches.length} entries.`);
}

function counted({ batches }: History): string {
  const commands = batches.reduce((sum, batch) => sum + batch.commands.length, 0);
  return `${commands} ${commands === 1 ? 'command' : 'commands'}`;
}

reproduce().then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = USELESS;
  },
);
