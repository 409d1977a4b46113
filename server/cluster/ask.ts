/**
 * Calls that any process may be asked for. What is asked of a room goes to whoever has it, or should have it; the rest to
 * a process that has rooms. In one process that is this one; among many, `owners.ts` finds out who, and what is given and
 * answered crosses the wire as JSON.
 */

// biome-ignore lint/suspicious/noExplicitAny: each call has its own
export type Calls = Record<string, (given: any) => Promise<unknown>>;

type Given<F> = F extends (given: infer G) => unknown ? G : never;
type Answer<F> = F extends (given: never) => infer A ? A : never;
/** Names of the calls that are about a room. */
type OfRoom<C> = { [N in keyof C]: Given<C[N]> extends { room: string } ? N : never }[keyof C];
type OfHost<C> = Exclude<keyof C, OfRoom<C>>;

/** `C`: what can be asked. A refusal of `moved` or `room-restoring` says that it is not this process that has the room, now. */
export type AskOf<C> = {
  owner<N extends OfRoom<C>>(name: N, given: Given<C[N]>): Answer<C[N]>;
  /** Whoever has least to do. */
  idlest<N extends OfHost<C>>(name: N, given: Given<C[N]>): Answer<C[N]>;
  /** The same process for the same key, while the same processes live: what must not happen twice at once. */
  one<N extends OfHost<C>>(key: string, name: N, given: Given<C[N]>): Answer<C[N]>;
};

/**
 * Makes questions of what this process answers itself. A call that needs another one is given only those that it
 * needs, which are made before it.
 */
export type Asking = <C extends Calls>(calls: C) => AskOf<C>;

/** Of one process alone. */
export const askHere: Asking = (calls) => {
  // biome-ignore lint/suspicious/noExplicitAny: name and given belong together, as the type says
  const here = (name: keyof typeof calls, given: any): any => (calls as Record<keyof typeof calls, any>)[name](given);
  return { owner: here, idlest: here, one: (_, name, given) => here(name, given) };
};
