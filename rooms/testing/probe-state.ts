import { type SchemaType, schema, t } from '@colyseus/schema';
import { bytesField } from '#schema/bytes.ts';
import { RoomState } from '#schema/states.ts';

/** `number` as a plain Colyseus room would have it; positions are exact in 32 bits, so nothing is lost on the wire. */
export const Mover = schema({ x: t.number(), y: t.number(), vx: t.number(), vy: t.number() }, 'Mover');
export type Mover = SchemaType<typeof Mover>;

export const Hand = schema({ count: t.uint8().default(0), cards: t.array('string').view() }, 'Hand');
export type Hand = SchemaType<typeof Hand>;

export const Note = schema({ author: t.string(), text: t.string(), expiresAt: t.float64() }, 'Note');
export type Note = SchemaType<typeof Note>;

export const Probe = RoomState.extend(
  {
    /** By player, as `hands`. */
    players: t.map(Mover),
    hands: t.map(Hand),
    /** By the seq that said it. */
    notes: t.map(Note),
    /** Grows by 0.1 with every `steer`: a number that the wire rounds and a snapshot must not. */
    drift: t.number().default(0),
    /** Bytes of the last `sketch`. */
    sketch: bytesField(),
  },
  'Probe',
);
export type Probe = SchemaType<typeof Probe>;
