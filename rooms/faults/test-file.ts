/** A vitest file that fails as long as a fault is there. The formatter lays it out. */
import type { Shrunk } from '#rooms/faults/shrink.ts';
import { textOf } from '#rooms/kernel/codec.ts';
import type { LogCommand } from '#rooms/kernel/log.ts';

/** Where the machine is found; the registry, unless a module of its own exports it. */
export type Origin = { machine: string; module?: string };

export function testFile({ machine, module }: Origin, { history, failure }: Shrunk, about: string): string {
  const { what, seq, message } = failure;
  const imports = module
    ? [`import * as exported from '${module}';`, `import { machineIn } from '#rooms/faults/machines.ts';`]
    : [`import { machineNamed } from '#rooms/registry.ts';`];
  const found = module ? `machineIn(exported, ${text(machine)})` : `machineNamed(${text(machine)})`;
  return `/** ${comment(about)} */
import { expect, it } from 'vitest';
import { type Case, examine } from '#rooms/faults/examine.ts';
import { untag } from '#rooms/kernel/codec.ts';
${imports.join('\n')}
import type { AnyMachine } from '#rooms/kernel/machine.ts';

// ${comment(`It ${what} at seq ${seq}, ${said(failure.command)}: ${message}`)}
const history = untag<Case>(${textOf(history)});

it(${text(`${machine} plays on where it once ${PAST[what]}: ${message}`)}, () => {
  expect(examine(${found} as AnyMachine, history)).toBeUndefined();
});
`;
}

const PAST = { throws: 'threw', diverges: 'diverged', hides: 'could not be shown', starts: 'did not start' } as const;

/** A command in a few words: its kind, what it does, and who sent it; never its payload. */
export function said(command: LogCommand | undefined): string {
  if (!command) return 'before any command';
  if (command.k === 'do') return `"${command.type}" of ${command.player || 'the host'}`;
  return 'player' in command ? `${command.k} of ${command.player}` : command.k;
}

const text = (value: string) => JSON.stringify(value);
const comment = (value: string) => value.replace(/\s+/g, ' ').replaceAll('*/', '* /');
