import type { AnyMachine } from '#rooms/kernel/machine.ts';

/** The machine of that name among a module's exports, alone or in a list. */
export function machineIn(exported: object, name: string): AnyMachine | undefined {
  const values = Object.values(exported).flat() as Partial<AnyMachine>[];
  return values.find((value) => value?.name === name && value.commands !== undefined) as AnyMachine | undefined;
}
