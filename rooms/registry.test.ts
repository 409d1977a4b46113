import { expect, it } from 'vitest';
import { MACHINES, machineNamed } from '#rooms/registry.ts';
import { describeLaws } from '#rooms/testing/describe-laws.ts';
import type { Subject } from '#rooms/testing/laws.ts';
import { probeSubject, SUBJECTS } from '#rooms/testing/subjects.ts';

for (const machine of MACHINES) describeLaws(SUBJECTS[machine.name] as Subject);
describeLaws(probeSubject);

it('[G10] every machine has a name of its own, and is found by it', () => {
  expect(MACHINES.map((machine) => machineNamed(machine.name))).toEqual(MACHINES);
  expect(machineNamed('no-such-game')).toBeUndefined();
});
