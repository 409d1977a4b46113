import { type SchemaType, t } from '@colyseus/schema';
import { MatchState } from '#schema/states.ts';

export const Higher = MatchState.extend(
  {
    /** The largest number that may be named. */
    most: t.uint8().default(0),
    /** By seat, 0 before it has named one. */
    numbers: t.array('uint8'),
  },
  'Higher',
);
export type Higher = SchemaType<typeof Higher>;
