/** Two players drop discs into seven columns; four in a row win. */
import { z } from 'zod';
import { botColumn } from '#rooms/games/connect-four/bot.ts';
import { refusals } from '#rooms/games/connect-four/refusals.ts';
import { COLUMNS, EMPTY, landing, lineThrough, openColumns, ROWS } from '#rooms/games/connect-four/rules.ts';
import { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { defineGame } from '#rooms/kernel/define-game.ts';

export const connectFour = defineGame({
  name: 'connect-four',
  source: import.meta.url,
  seats: { min: 2, max: 2 },
  State: ConnectFour,
  refusals,

  setup(state) {
    for (let cell = 0; cell < COLUMNS * ROWS; cell++) state.cells.push(EMPTY);
  },

  moves: {
    drop: {
      payload: z.strictObject({ column: z.int().min(0).lt(COLUMNS) }),
      check(state, { column }) {
        return landing(state.cells, column) === undefined ? 'column-full' : undefined;
      },
      apply(state, { column }, { seat }) {
        const cell = landing(state.cells, column) as number;
        state.cells[cell] = seat;
        state.last = cell;
        state.line.push(...lineThrough(state.cells, cell));
      },
    },
  },

  outcome(state) {
    if (state.line.length > 0) return { winners: [state.cells[state.last] as number], ending: 'four' };
    return openColumns(state.cells).length === 0 ? { winners: [], ending: 'draw' } : undefined;
  },

  /** One character per cell from the bottom left, `.` where it is empty, else the seat. */
  picture: (state) => Array.from(state.cells, (cell) => (cell === EMPTY ? '.' : String(cell))).join(''),

  bot({ phase, turn, cells }, seat, random) {
    if (phase !== 'playing' || turn !== seat) return undefined;
    return { type: 'drop', payload: { column: botColumn(cells, seat, 1 - seat, random) } };
  },
});
