/**
 * Many asking the same of the database at once, as after a takeover, ask it together: one question is on its way
 * at a time, and whoever comes meanwhile goes with the next. One who is alone does not wait.
 */
export function inBatches<Q, A>(ask: (questions: readonly Q[]) => Promise<readonly A[]>): (question: Q) => Promise<A> {
  type Waiting = { question: Q; resolve(answer: A): void; reject(error: unknown): void };
  let waiting: Waiting[] = [];
  let asking = false;

  async function go(): Promise<void> {
    asking = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const answers = await ask(batch.map(({ question }) => question));
        for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as A);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    asking = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (!asking) go().catch(reject);
    });
}
