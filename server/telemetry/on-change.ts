/** For log lines that tell of a state once, when it changes, however often it is seen. */

/** Subjects that are remembered; beyond these the oldest is forgotten and told of anew. */
const MOST = 1_000;

/** The returned function answers whether this subject was last seen in another state; `usual` is the first one. */
export function onChange<S extends string>(usual: S): (subject: string, state: S) => boolean {
  const states = new Map<string, S>();
  return (subject, state) => {
    if ((states.get(subject) ?? usual) === state) return false;
    if (state === usual) return states.delete(subject);
    states.delete(subject);
    states.set(subject, state);
    const [oldest] = states.keys();
    if (states.size > MOST) states.delete(oldest as string);
    return true;
  };
}
