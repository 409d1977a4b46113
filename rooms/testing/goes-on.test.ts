import { t } from '@colyseus/schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { type Fixture, fixtureOf, readFixture, textOfFixture } from './fixture.ts';
import { obstacles } from './goes-on.ts';
import type { Subject } from './laws.ts';
import type { Event } from './plays.ts';
import { newer, release } from './shaped.ts';
import { SUBJECTS } from './subjects.ts';

const NOTES = ['-', 'two', 'three', '-'].map((payload): Event => ({ k: 'do', who: 'ann', type: 'note', payload }));
const PLAY: Event[] = [
  { k: 'join', who: 'ann' },
  ...NOTES,
  { k: 'later', ms: 5_000 },
  { k: 'ticks', count: 3 },
  ...NOTES,
];
const shaped = (machine = release()): Fixture =>
  fixtureOf({ machine, config: {}, tries: {}, module: '' }, PLAY, '1.0.0');
const copyOf = (fixture: Fixture): Fixture => readFixture(textOfFixture(fixture));

const drop = (who: string, column: number): Event[] => [
  { k: 'do', who, type: 'drop', payload: { column } },
  { k: 'later', ms: 1_000 },
];
/** Seq 3 is refused; bea has four in the first column at seq 10. The snapshot is taken after seq 6. */
const MATCH: Event[] = [
  { k: 'join', who: 'ann' },
  { k: 'join', who: 'bea' },
  ...drop('ann', 0),
  ...[1, 1, 6].flatMap((column) => [...drop('bea', 0), ...drop('ann', column)]),
  ...drop('bea', 0),
];

let played: Fixture;
beforeAll(() => {
  played = fixtureOf(SUBJECTS['connect-four'] as Subject, MATCH, '1.0.0');
});

describe('a room of another release', () => {
  it('[K17] an unchanged machine continues from its log and from its snapshot', () => {
    expect(obstacles(connectFour, played)).toEqual({});
    expect(obstacles(release(), shaped())).toEqual({});
  });

  it.each(Object.entries(newer))('[K17] a machine with an added field continues %s', (_, changes) => {
    expect(obstacles(release(changes), shaped())).toEqual({});
  });

  it('[K17] older code continues if the added field was never written; a written one is named', () => {
    const more = {
      base: { pace: t.uint8().default(2) },
      game: { depth: t.float64().default(-1) },
      ...newer['in what it holds'],
    };
    const written = shaped(release(more));
    expect(obstacles(release(), written)).toEqual({});
    (written.snapshot.state as Record<string, number>).depth = 4;
    expect(obstacles(release(), written)).toEqual({ snapshot: 'G has no field "depth" here' });
    // A collection has a refId from the start, so a snapshot holds it while it is empty, too.
    const list = shaped(release({ game: { trace: t.map('string') } }));
    expect(obstacles(release(), list).snapshot).toBe('G has no field "trace" here');
  });

  it('[K17] a changed default or a removed field stops the replay and is named', () => {
    const score = 'the default of G.score is 8 here, not 7 as in the log';
    const found = obstacles(release({ score: 8 }), shaped());
    expect([found.log, found.snapshot]).toEqual([expect.stringContaining(score), expect.stringContaining(score)]);
    const written = shaped();
    (written.snapshot.state as Record<string, number>).tempo = 3;
    expect(obstacles(release(), written)).toEqual({ snapshot: 'G has no field "tempo" here' });
    expect(obstacles(undefined, written).log).toBe('there is no machine "shapes"');
  });
});

describe('a changed rule is detected and named by its seq and command', () => {
  const move = connectFour.commands.drop;
  const dropping = (changed: Partial<typeof move>): AnyMachine => ({
    ...connectFour,
    commands: { ...connectFour.commands, drop: { ...move, ...changed } },
  });

  it('[K17] a changed check stops the replay, from the log and from the snapshot before it', () => {
    const check: typeof move.check = (state, payload, ctx) =>
      payload.column === 6 ? 'forbidden' : move.check?.(state, payload, ctx);
    const told =
      'at seq 9: the command is refused otherwise than the log says: forbidden, not accepted ("drop" of ann)';
    expect(obstacles(dropping({ check }), played)).toEqual({ log: told, snapshot: told });
  });

  it('[K17] a changed apply stops at the next hash; a snapshot behind it holds its result', () => {
    const apply: typeof move.apply = (state, payload, ctx) => {
      move.apply(state, payload, ctx);
      if (ctx.seq === 5) state.turnUntil++;
    };
    const told = 'at seq 5: the state is another than the log says ("drop" of ann)';
    expect(obstacles(dropping({ apply }), played)).toEqual({ log: told });
  });

  it('[K17] a function that now throws stops the replay', () => {
    const apply = () => {
      throw new Error('planted');
    };
    expect(obstacles(dropping({ apply }), played)).toEqual({
      log: 'the machine threw at seq 4: planted ("drop" of bea)',
      snapshot: 'the machine threw at seq 7: planted ("drop" of ann)',
    });
  });

  it('[K17] a changed ending stops the replay without a proof', () => {
    const told = 'at its end, "outcomes" of the ledger is another than it was';
    expect(obstacles({ ...connectFour, outcome: () => undefined }, played)).toEqual({ log: told, snapshot: told });
  });
});

describe('a changed fixture is detected', () => {
  it('[K17] a changed verdict, hash, proof, refId or ledger stops the replay', () => {
    const changed = (change: (fixture: Fixture) => void) => {
      const copy = copyOf(played);
      change(copy);
      return obstacles(connectFour, copy).log;
    };
    const [seq, code] = verdictsOf(played)[0] as [number, string];
    const verdict = changed(({ batches }) => {
      for (const { verdicts = [] } of batches) if (verdicts[0]?.[0] === seq) verdicts[0][1] = 'muted';
    });
    expect(verdict).toContain(`at seq ${seq}: the command is refused otherwise than the log says: ${code}, not muted`);
    const hash = changed(({ batches }) => {
      for (const batch of batches.slice(3)) if (batch.hash) batch.hash = batch.hash.replace(/^./, 'x');
    });
    expect(hash).toContain('the state is another than the log says');
    expect(changed(({ end }) => Object.assign(end, { proof: end.proof.replace(/^./, 'x') }))).toContain(
      'the room is another than was settled',
    );
    expect(changed(({ end }) => end.refIds.push(9_999))).toBe('at its end, refIds are others than they were');
    expect(changed(({ end }) => void end.ledger.generations++)).toBe(
      'at its end, "generations" of the ledger is another than it was',
    );
  });
});

function verdictsOf({ batches }: Fixture) {
  return batches.flatMap(({ verdicts = [] }) => verdicts);
}
