import { expect, it } from 'vitest';
import { MACHINES, machineNamed } from '#rooms/registry.ts';
import { describeLaws } from '#rooms/testing/describe-laws.ts';
import { diceSubject, probeSubject, SUBJECTS } from '#rooms/testing/subjects.ts';

for (const { name } of MACHINES) {
  const subject = SUBJECTS[name];
  if (!subject) throw new Error(`rooms/testing/subjects.ts does not say what to try on "${name}"`);
  describeLaws(subject);
}
describeLaws(probeSubject);
describeLaws(diceSubject);

it('[G10] every machine has a unique name by which the registry finds it', () => {
  expect(MACHINES.map((machine) => machineNamed(machine.name))).toEqual(MACHINES);
  expect(machineNamed('no-such-game')).toBeUndefined();
});
