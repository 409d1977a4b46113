/** What the parent tells a process of the cluster, at its start and later, and what that says back. */
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Probe } from '#rooms/testing/probe-state.ts';
import type { Plant } from './plants.ts';

const SEATS = { ...probe.seats, lapseMs: 20_000 };

/** The probe as a game that can be opened and is listed like any other; seats lapse while a run lasts. */
export const ARENA: AnyMachine = {
  ...probe,
  kind: 'match',
  seats: SEATS,
  listing: ({ players }: Probe) => ({ phase: 'playing', players: [...players.keys()], max: SEATS.max, picture: '' }),
};

export const MACHINES: readonly AnyMachine[] = [ARENA, channel, connectFour];

/** The first argument of the process, as JSON. */
export type Orders = {
  /** Where its deeds are noted. */
  deeds: string;
  issuer: { issuer: string; audience: string; client: string; jwksUrl: string };
  plant?: Plant;
  /** Channels to make unless they are there. */
  channels: readonly string[];
};

/** Die at this step, or stand still there, the nth time from now on; or not. */
export type Told = { die?: { step: string; nth: number }; halt?: { step: string; nth: number } };

export type Said = { ready: { port: number } };
