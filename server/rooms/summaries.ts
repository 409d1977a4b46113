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

/** `readers`: whose role lets them join, who has a seat in the match, or members by name. `createdAt` is wall ms. */
export type ChannelListing = {
  name: string;
  kind: 'open' | 'match' | 'private';
  readers: 'role' | 'seats' | 'members';
  title: string;
  /** How long a message lives, at most. */
  ttlSeconds: number;
  room: string;
  createdAt: number;
};
