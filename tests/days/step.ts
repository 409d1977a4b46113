import type { Random } from '#rooms/kernel/random.ts';
import type { Kind } from '#tests/days/installation.ts';
import type { Model } from '#tests/days/model.ts';
import type { World } from '#tests/days/world.ts';

/** One kind of thing that happens in the life of an installation. */
export type Step = {
  name: string;
  /** How often it comes, beside the others. */
  weight: number;
  /** It takes the installation down and up again: every fourth step is one of these. */
  restarts?: true;
  /** The kinds that it can happen to; all unless said otherwise. */
  kinds?: readonly Kind[];
  possible?(model: Model, now: number): boolean;
  /** Does it, and writes into the model what must be true from then on. */
  do(world: World, model: Model, random: Random): Promise<void>;
};
