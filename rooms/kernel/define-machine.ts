/** Turns an author's definition into a `Machine`, with every payload typed by its own zod schema. */
import type { z } from 'zod';
import type { Context, Machine } from '#rooms/kernel/machine.ts';
import { MAX_INPUT, MAX_SIGNAL } from '#schema/protocol.ts';
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
  const { setup, secret = () => ({}) as Secret, inputs, signals, step, rate } = definition;
  if (inputs && !(step && rate))
    throw new TypeError(`${definition.name}: inputs are for steps: name a step and a rate`);
  if (inputs && !(inputs.bytes <= MAX_INPUT && inputs.perSecond > 0))
    throw new RangeError(`${definition.name}: an input has at most ${MAX_INPUT} bytes, and a rate`);
  if (signals && !(signals.bytes <= MAX_SIGNAL && signals.perSecond > 0))
    throw new RangeError(`${definition.name}: a signal has at most ${MAX_SIGNAL} bytes, and a rate`);
  // The host parses `config` before `setup` sees it: that is what makes the narrower type true.
  return { ...definition, secret, setup: (state, config, ctx) => setup(state, config as Config, ctx) };
}
