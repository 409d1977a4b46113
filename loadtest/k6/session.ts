/** One virtual user's visit: who it is, when it comes, until when it stays. */
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { report } from './metrics.ts';
import type { Person } from './place.ts';
import { RAMP_MS, SECONDS } from './plan.ts';
import { type Account, personOf } from './sign-in.ts';
import { pause, watchLag } from './time.ts';

/** Shared: a copy for each virtual user would cost more than everything else. */
const accounts = new SharedArray('accounts', () => JSON.parse(open(__ENV.ACCOUNTS ?? '')) as Account[]);

/** Plays as somebody of their own from a random moment of the ramp on; `until` is wall ms. */
export async function session(play: (person: Person, until: number) => Promise<void>): Promise<void> {
  const account = accounts[exec.vu.idInTest - 1];
  if (!account) throw new Error(`there are only ${accounts.length} accounts`);
  const stop = watchLag();
  try {
    await pause(Math.random() * RAMP_MS);
    await play(await personOf(account), Date.now() + SECONDS * 1000);
  } catch (error) {
    report({ kind: 'session', detail: String(error) });
  } finally {
    stop();
  }
}
