/** The lobby's state: guests, and the tables that can be joined or watched. Not durable. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { z } from 'zod';
import { MATCH_PHASES, type MatchPhase } from '#schema/states.ts';

/** The listing of a match. `players` are pseudonyms in the order of their seats. */
export type TableListing = z.infer<typeof tableListing>;

const tableListing = z.strictObject({
  phase: z.enum(MATCH_PHASES),
  players: z.array(z.string()),
  max: z.int().min(1),
  picture: z.string(),
  /** Players with a reserved seat. */
  reserved: z.array(z.string()).optional(),
});

export const isTable = (listing: unknown): listing is TableListing => tableListing.safeParse(listing).success;

/** A player with the lobby open, once for any number of tabs. */
export const Guest = schema(
  {
    player: t.string().default(''),
    /** Display name, from the access token. */
    name: t.string().default(''),
    /** Time of arrival, wall ms. */
    since: t.float64().default(0),
  },
  'Guest',
);
export type Guest = SchemaType<typeof Guest>;

export const Table = schema(
  {
    room: t.string().default(''),
    /** Machine name, such as `connect-four`. */
    game: t.string().default(''),
    phase: t.string<MatchPhase>().default(MATCH_PHASES[0]),
    taken: t.uint8().default(0),
    max: t.uint8().default(0),
    players: t.array('string'),
    /** Players of the previous match who have not joined the rematch yet. */
    reserved: t.array('string'),
    /** The position in a few characters, in the game's own format. */
    picture: t.string().default(''),
  },
  'Table',
);
export type Table = SchemaType<typeof Table>;

/** `guests` by player, `tables` by room id. */
export const LobbyState = schema({ guests: t.map(Guest), tables: t.map(Table) }, 'LobbyState');
export type LobbyState = SchemaType<typeof LobbyState>;
