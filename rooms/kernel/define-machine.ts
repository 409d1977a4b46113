/** Turns an author's definition into a `Machine`, with every payload typed by its own zod schema. */
import type { z } from 'zod';
import type { Context, Machine } from '#rooms/kernel/machine.ts';
import type { RoomState } from '#schema/states.ts';

export type Definition<S extends RoomState, Secret, Config, Payloads> = Omit<
  Machine<S, Secret, Payloads>,
  'config' | 'setup' | 'secret'
> & {
  config: z.ZodType<Config>;
  /** A fresh secret, plain JSON; left out by a machine that hides nothing. */
  secret?: () => Secret;
  setup(state: S, config: Config, ctx: Context<Secret>): void;
};

/**
 * Infers, without annotations: the payload in each command's `check` and `apply` from its `payload`,
 * the config in `setup` from `config`, and `ctx.secret` from `secret`.
 */
export function defineMachine<S extends RoomState, Config, Payloads, Secret = Record<string, never>>(
  definition: Definition<S, Secret, Config, Payloads>,
): Machine<S, Secret, Payloads> {
  const { setup, secret = () => ({}) as Secret } = definition;
  // The host parses `config` before `setup` sees it: that is what makes the narrower type true.
  return { ...definition, secret, setup: (state, config, ctx) => setup(state, config as Config, ctx) };
}
