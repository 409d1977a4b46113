import type { TemplateResult } from 'lit';
import type { Connection } from '#client/net/connection.ts';
import type { Names } from '#client/net/names.ts';
import type { MatchState } from '#schema/states.ts';

/** A drawn board. It follows its connection until it is disposed of. */
export type Board = { dispose(): void };

/** All that the page knows of a game. The board's code is loaded only when a match opens. */
export type Face = {
  title: string;
  /** The small drawing of a match, from its listing's `picture`. */
  picture(picture: string): TemplateResult;
  /** A `picture` that shows what is played, for a lobby without matches. */
  still: string;
  /** What to do, for the player whose turn it is. */
  hint: string;
  /** A sentence for each `ending` of the game's own. */
  endings: Readonly<Record<string, string>>;
  /** The sentences of the game's own refusals, by their words; its machine has them. */
  refusals: Readonly<Record<string, string>>;
  /** What seat `n` plays with, in a word; the colour is `--disc-n` of theme.css. */
  colours: readonly string[];
  /** The element that draws the match and takes the moves; it is given a `BoardProperties`. */
  load(): Promise<unknown>;
  tag: string;
};

/** What the elements around a board say in the game's words. */
export type GameWords = Pick<Face, 'hint' | 'endings'>;

/** The board fires `refused` with the code of a refused move, or without one for a move that was taken. */
export type BoardProperties = { connection: Connection<MatchState>; names: Names };
