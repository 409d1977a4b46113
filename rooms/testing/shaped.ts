/** One machine as several releases have it: with fields more in its base, its own state or what that holds. */
import { schema, t } from '@colyseus/schema';
import { z } from 'zod';
import { defineMachine } from '#rooms/kernel/define-machine.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { numbered } from '#schema/numbered.ts';
import { FIRST_FIELD, RoomState } from '#schema/states.ts';

type Changes = { base?: object; game?: object; line?: object; score?: number };

/** A game on a base, each with fields of its own, and as another release has it. */
export function release({ base = {}, game = {}, line = {}, score = 7 }: Changes = {}): AnyMachine {
  const Line = schema({ text: t.string().default('-'), ...line }, 'Line');
  const Base = RoomState.extend(numbered(FIRST_FIELD.room, 12, { phase: t.string().default('new'), ...base }), 'Base');
  const State = Base.extend(
    { lines: t.map(Line), cells: t.array('int8'), score: t.int8().default(score), ...game },
    'G',
  );
  const access = { verb: 'create', resource: 'matches' };
  return defineMachine({
    name: 'shapes',
    kind: 'board',
    source: import.meta.url,
    keeps: 'log',
    State,
    config: z.strictObject({}),
    seats: { max: 2, lapseMs: 60_000 },
    joinAccess: access,
    access,
    rate: 20,
    setup: (state) => void state.cells.push(0, 0, 0),
    commands: {
      note: {
        payload: z.string(),
        apply(state, text, { seq }) {
          state.lines.set(String(seq), new Line().assign({ text }));
          state.phase = 'on';
        },
      },
    },
    step(state, { random, inputs }) {
      for (const [seat, bytes] of inputs) state.cells[seat] = bytes[0] as number;
      state.cells.push(random.below(100));
    },
  });
}

export const newer = {
  'in the base': { base: { winds: t.array('int8'), pace: t.uint8().default(2) } },
  'in the game': { game: { trace: t.map('string'), depth: t.float64().default(-1) } },
  'in what it holds': { line: { author: t.string().default('nobody') } },
};
