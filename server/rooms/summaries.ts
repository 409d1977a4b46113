/** What is told of rooms that live, by the process that has them. */
import type { TableListing } from '#schema/lobby.ts';

/** `createdAt` is wall ms; `listing` is what the machine shows of itself. */
export type RoomListing = {
  room: string;
  machine: string;
  clients: number;
  createdAt: number;
  listing: Record<string, unknown>;
};

/** A match whose room lives; named like its room. `createdAt` is wall ms. */
export type Running = {
  room: string;
  game: string;
  createdAt: number;
  listing: Pick<TableListing, 'phase' | 'players'>;
  /** How it ended, and the players who won; of no winners it is a draw. */
  over?: { ending: string; winners: readonly string[] };
};

export type ChannelListing = { name: string; room: string; title: string };
