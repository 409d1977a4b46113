/** Machines of `planted.ts` without their mistake. */
import { talksWithCards } from '#rooms/faults/planted.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { probe } from '#rooms/testing/probe.ts';

export const mended: AnyMachine = { ...probe, name: talksWithCards.name };
