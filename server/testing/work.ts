/**
 * Counts what input makes this process do, in bytes and calls and never in time: JSON written, and functions compiled
 * from texts, which is what a decoder of MessagePack and an error text cost.
 */
export type Work = { json: number; compiled: number };

export type Counted = { readonly work: Work; stop(): void };

export function countWork(): Counted {
  const work: Work = { json: 0, compiled: 0 };
  const { stringify } = JSON;
  const Compile = globalThis.Function;
  JSON.stringify = ((...given: Parameters<typeof stringify>) => {
    const text = stringify(...given);
    work.json += text?.length ?? 0;
    return text;
  }) as typeof stringify;
  globalThis.Function = new Proxy(Compile, {
    construct(target, given) {
      work.compiled++;
      return Reflect.construct(target, given);
    },
  });
  return {
    work,
    stop() {
      JSON.stringify = stringify;
      globalThis.Function = Compile;
    },
  };
}
