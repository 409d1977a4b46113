import { type SchemaType, t } from '@colyseus/schema';
import { MatchState } from '#schema/states.ts';

export const ConnectFour = MatchState.extend(
  {
    /** Row by row from the bottom left: -1 empty, else the seat whose disc lies there. */
    cells: t.array('int8'),
    /** Cell of the disc that fell last, -1 before the first. */
    last: t.int8().default(-1),
    /** Cells of the four (or more) in a row that won; empty while there is none. */
    line: t.array('int8'),
  },
  'ConnectFour',
);
export type ConnectFour = SchemaType<typeof ConnectFour>;
