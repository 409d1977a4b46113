/** What the parent tells a process of the cluster, at its start and later, and what that says back. */
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';
import type { Plant } from './plants.ts';

/** The probe, in a world where it is found by id: its listing is none of a table. Seats lapse while a run lasts. */
const { listing: _, ...unlisted } = probe;
export const ARENA: AnyMachine = { ...unlisted, seats: { ...probe.seats, lapseMs: 20_000 } };

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

/** Die at this step, the nth time from now on; or not. */
export type Told = { die?: { step: string; nth: number } };

export type Said = { ready: { port: number } };
