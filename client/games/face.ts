import type { TemplateResult } from 'lit';
import type { Connection } from '#client/net/connection.ts';
import type { Names } from '#client/net/names.ts';
import type { MatchState } from '#schema/states.ts';

/** A drawn board. It follows its connection until it is disposed of. */
export type Board = { dispose(): void };

/** What a game shows of itself. The board's code is loaded only when a match opens. */
export type Face = {
  title: string;
  /** The small drawing of a running match, from its listing's `picture`. */
  picture(picture: string): TemplateResult;
  /** The element that draws the match and takes the moves; it is given a `BoardProperties`. */
  load(): Promise<unknown>;
  tag: string;
  /** What seat `n` plays with, in a word. */
  colours: readonly string[];
};

export type BoardProperties = { connection: Connection<MatchState>; names: Names };
