/** What the lobby shows: who is here, and the tables one can sit down at or watch. Nothing durable. */
import { type SchemaType, schema, t } from '@colyseus/schema';
import { z } from 'zod';
import { MATCH_PHASES, type MatchPhase } from '#schema/states.ts';

/** What a match tells the list of rooms about itself. `players` are pseudonyms in the order of their seats. */
export type TableListing = z.infer<typeof tableListing>;

const tableListing = z.strictObject({
  phase: z.enum(MATCH_PHASES),
  players: z.array(z.string()),
  max: z.int().min(1),
  picture: z.string(),
  /** Players for whom seats are kept. */
  reserved: z.array(z.string()).optional(),
});

export const isTable = (listing: unknown): listing is TableListing => tableListing.safeParse(listing).success;

/** Somebody who has the lobby open; in several tabs, still once. */
export const Guest = schema(
  {
    player: t.string().default(''),
    /** Display name, as the login gave it. */
    name: t.string().default(''),
    /** Wall ms since when. */
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
    /** Who played the match before this one, and has not come yet. */
    reserved: t.array('string'),
    /** The position in a few characters; the game says how to read it. */
    picture: t.string().default(''),
  },
  'Table',
);
export type Table = SchemaType<typeof Table>;

/** `guests` by player, `tables` by room id. */
export const LobbyState = schema({ guests: t.map(Guest), tables: t.map(Table) }, 'LobbyState');
export type LobbyState = SchemaType<typeof LobbyState>;
