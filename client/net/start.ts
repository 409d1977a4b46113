/** From nothing to a `Parlor`, through servers that restart: what passes is waited for, the rest is said. */
import { banLine } from '#client/bans.ts';
import { SignInFailed, signIn } from '#client/net/identity.ts';
import { openParlor } from '#client/net/open-parlor.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { redialAfter } from '#client/net/redial.ts';
import { Refusal } from '#client/net/rest.ts';
import { pause } from '#client/net/wait.ts';
import { texts } from '#client/texts.ts';
import type { Trouble } from '#client/troubles.ts';

const WAITS = { first: 500, most: 10_000 };

/** What the server tells a page before anyone has signed in. */
type About = { identity: Parameters<typeof signIn>[0] };

/** Resolves once there is a parlor, or with nothing when a trouble stands in the way that does not pass. */
export async function startParlor(server: string, tell: (trouble: Trouble) => void): Promise<Parlor | undefined> {
  const obstacle = obstacleHere();
  if (obstacle) {
    tell(obstacle);
    return undefined;
  }
  for (let attempt = 0; ; attempt++) {
    try {
      const { identity } = await about(server);
      return await openParlor(server, await signIn(identity));
    } catch (error) {
      const trouble = troubleOf(error);
      tell(trouble);
      if (trouble.cause !== 'waiting') return undefined;
      await pause(redialAfter(attempt, WAITS));
    }
  }
}

/** What this browser, or the address it opened, lacks for signing in. */
function obstacleHere(): Trouble | undefined {
  if (!globalThis.crypto?.subtle) return { cause: 'insecure' };
  if (!navigator.cookieEnabled) return { cause: 'storage' };
  try {
    void [sessionStorage.length, localStorage.length];
    return undefined;
  } catch {
    return { cause: 'storage' };
  }
}

async function about(server: string): Promise<About> {
  const answer = await fetch(`${server}/parlor.json`).catch(() => {
    throw new Refusal(0, texts.errors.noAnswer);
  });
  if (!answer.ok) throw new Refusal(answer.status, `${answer.status} ${answer.statusText}`);
  return answer.json();
}

/** Unknown causes are faults, and show their text. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof SignInFailed) return { cause: 'signIn', detail: error.message };
  if (error instanceof Refusal) {
    const { status, message } = error;
    const ban = banLine(error);
    if (ban) return { cause: 'banned', detail: ban };
    if (status === 0) return { cause: 'waiting' };
    return { cause: status === 429 || status >= 500 ? 'waiting' : 'refused', detail: message };
  }
  return { cause: 'fault', detail: String(error) };
}
