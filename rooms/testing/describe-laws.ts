/** Holds a machine to the laws K1–K6 on random play. One call per machine, in a test file. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { coverageOf, missing } from '#rooms/testing/coverage.ts';
import { LAWS, type LawName, type Subject } from '#rooms/testing/laws.ts';
import { OtherProcess } from '#rooms/testing/other-process.ts';
import { type Event, playsOf } from '#rooms/testing/plays.ts';

const RUNS = 40;
/** A planted mistake shows within these. */
const PLANTED_RUNS = 25;

const STATED: Record<LawName, string> = {
  K1: '[K1] a refused command changes nothing',
  K2: '[K2] seed and log rebuild the state, in another process',
  K3: '[K3] a restored room has the same hash, also for resuming clients',
  K4: '[K4] a finished match refuses every move',
  K5: '[K5] no byte sent to a client holds what its view hides',
  K16: '[K16] a bot answers the same to the same view',
  K6: '[K6] nothing changes the state but the log',
};
const names = Object.keys(LAWS) as LawName[];

export function describeLaws<M extends AnyMachine>(subject: Subject<M>): void {
  describe(`the laws, for ${subject.machine.name}`, () => {
    let elsewhere: OtherProcess;
    beforeAll(() => {
      elsewhere = new OtherProcess();
    });
    afterAll(() => elsewhere[Symbol.dispose]());

    it('[K7] random play has every command accepted, and reaches every ending', () => {
      const covered = coverageOf(subject as never);
      expect(missing(subject as never, covered), JSON.stringify(covered)).toEqual([]);
    });

    for (const law of names) {
      it(STATED[law], () => fc.assert(lawfulness(subject as never, law, elsewhere), { numRuns: RUNS }));
    }
  });
}

/** The laws that random play finds broken. Always the same plays, so that a test of it is no lottery. */
export async function brokenLaws(subject: Subject, elsewhere: OtherProcess): Promise<LawName[]> {
  const broken: LawName[] = [];
  for (const law of names) {
    const { failed } = await fc.check(lawfulness(subject, law, elsewhere), {
      numRuns: PLANTED_RUNS,
      seed: 4,
      endOnFailure: true,
    });
    if (failed) broken.push(law);
  }
  return broken;
}

function lawfulness(subject: Subject, law: LawName, elsewhere: OtherProcess): fc.IAsyncProperty<[Event[]]> {
  return fc.asyncProperty(playsOf(subject), async (play) => {
    const violations = await LAWS[law](subject, play, elsewhere);
    if (violations.length > 0) throw new Error(`${law} is broken:\n- ${violations.join('\n- ')}`);
  });
}
