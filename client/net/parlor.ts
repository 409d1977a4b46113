import type { OpenRoom } from '#client/net/connection.ts';
import type { Names } from '#client/net/names.ts';
import type { Api } from '#client/net/rest.ts';
import type { Guest, Table as SyncedTable } from '#schema/lobby.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** Who is signed in: `player` is the pseudonym that states carry. */
export type Me = { player: string; name: string };

/** Who is here, by the lobby's presence. */
export type Person = Pick<Guest, 'player' | 'name' | 'since'>;

/** A match as the lobby shows it. */
export type Table = Pick<SyncedTable, 'room' | 'game' | 'phase' | 'max' | 'picture'> & {
  players: readonly string[];
  /** Players with a reserved seat. */
  reserved?: readonly string[];
};

export type LobbyStatus = 'connecting' | 'live' | 'reconnecting' | 'signed-out';

/** The lobby's presence: nothing durable in it. */
export interface Lobby {
  readonly status: LobbyStatus;
  /** Why, once `status` is `signed-out`, as far as is known. */
  readonly refusal?: RefusalCode | undefined;
  readonly people: readonly Person[];
  readonly tables: readonly Table[];
  subscribe(listener: () => void): () => void;
}

/** What a new match is to be. */
export type NewMatch = { game: string; mode?: 'quick'; bot?: true } | { rematchOf: string };

/** All that the elements ask of the outside. The page has one; an embedding page, or a test, may give another. */
export interface Parlor {
  readonly me: Me;
  readonly names: Names;
  readonly lobby: Lobby;
  readonly rest: Api;
  readonly openRoom: OpenRoom;
  /** The server's wall clock, ms. */
  readonly serverNow: () => number;
  /** Makes, or finds, a match. Resolves with its room id; rejects with a `Refusal`. */
  newMatch(spec: NewMatch): Promise<string>;
  /** May this login see the console? The API says so, not the page. */
  readonly mayAdminister: boolean;
  /** This login was given up by its owner, on a page of this browser. */
  readonly signedOutHere: boolean;
  /** May this login remove what others wrote? The page only offers it; the room decides. */
  readonly mayModerate: boolean;
  signIn(): void;
  signOut(): void;
}
