/** Another process that replays logs: reads one job per line, answers one line. Started by `other-process.ts`. */
import { createInterface } from 'node:readline';
import { readText } from '#rooms/kernel/codec.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type Job, replay, traceOf } from '#rooms/testing/other-process.ts';

for await (const line of createInterface({ input: process.stdin })) {
  const { module, genesis, log } = readText<Job>(line);
  const exported = Object.values((await import(module)) as Record<string, unknown>) as Partial<AnyMachine>[];
  const machine = exported.flat().find((value) => value?.name === genesis.machine && value.commands);
  console.log(JSON.stringify(traceOf(replay(machine as AnyMachine, genesis, log))));
}
