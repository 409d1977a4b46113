/**
 * Calls to any process. A call about a room goes to its owner or its successor; any other to a process with rooms. Single-node
 * that is this process; in a cluster `owners.ts` finds the process, and arguments and results cross the wire as JSON.
 */

// biome-ignore lint/suspicious/noExplicitAny: each call has its own
export type Calls = Record<string, (given: any) => Promise<unknown>>;

type Given<F> = F extends (given: infer G) => unknown ? G : never;
type Answer<F> = F extends (given: never) => infer A ? A : never;
/** Names of the calls that are about a room. */
type OfRoom<C> = { [N in keyof C]: Given<C[N]> extends { room: string } ? N : never }[keyof C];
type OfHost<C> = Exclude<keyof C, OfRoom<C>>;

/** `C`: the calls. A refusal `moved` or `room-restoring` means that this process does not own the room at present. */
export type AskOf<C> = {
  owner<N extends OfRoom<C>>(name: N, given: Given<C[N]>): Answer<C[N]>;
  /** The least loaded process. */
  idlest<N extends OfHost<C>>(name: N, given: Given<C[N]>): Answer<C[N]>;
  /** The same process for the same key while the membership is unchanged: for calls that must not run concurrently. */
  one<N extends OfHost<C>>(key: string, name: N, given: Given<C[N]>): Answer<C[N]>;
};

/**
 * Wraps this process's own handlers as calls. A handler that needs other calls receives only those, which are created
 * before it.
 */
export type Asking = <C extends Calls>(calls: C) => AskOf<C>;

/** Single-node. */
export const askHere: Asking = (calls) => {
  // biome-ignore lint/suspicious/noExplicitAny: name and given belong together, as the type says
  const here = (name: keyof typeof calls, given: any): any => (calls as Record<keyof typeof calls, any>)[name](given);
  return { owner: here, idlest: here, one: (_, name, given) => here(name, given) };
};
