/**
 * Finding whoever has a room, and waiting while nobody does. A claim that is heard while a member is being asked
 * makes that question stale: a frozen owner accepts connections, and never answers.
 */
import type { Member, Members } from '#server/cluster/ports.ts';
import type { Claim, Claims } from '#server/edge/claims.ts';

/** How long a client waits for its room. Past it, it is better off dialling again. */
export const PATIENCE_MS = 5_000;
export const RETRY_MS = { first: 25, most: 500 };

/** `epoch` is of the claim that says so; 0 for one who would have to claim it first, or never will: `everywhere`. */
export type Where = { member: Member; epoch: number; everywhere?: boolean };
/** Undefined when that member will not have it, now. */
export type Attempt<T> = (where: Where, signal: AbortSignal) => Promise<T | undefined>;

export type Reaching = {
  members: Pick<Members, 'locationOf' | 'successorOf'>;
  claims: Claims;
  patienceMs?: number;
};

export type RoomQuery = {
  room: string;
  /** Whom this client is with in rooms that every process has one of: for its join and its socket the same. */
  usual(): Promise<Member | undefined>;
  /** Nobody waits any more. */
  gone: AbortSignal;
};

/** Undefined when nobody took it in time. */
export async function reach<T>(
  { members, claims, patienceMs = PATIENCE_MS }: Reaching,
  { room, usual, gone }: RoomQuery,
  attempt: Attempt<T>,
): Promise<T | undefined> {
  let heard: Claim[] = [];
  let wake = () => {};
  const unfollow = claims.follow(room, (claim) => {
    heard.push(claim);
    wake();
  });
  const leave = () => wake();
  gone.addEventListener('abort', leave);
  const until = performance.now() + patienceMs;
  const left = () => until - performance.now();
  const isOver = () => gone.aborted || left() <= 0;

  async function ask(where: Where): Promise<T | undefined> {
    const asking = new AbortController();
    const stale = () => isOver() || heard.some((claim) => overrules(claim, where));
    wake = () => {
      if (stale()) asking.abort();
    };
    const timer = setTimeout(() => asking.abort(), left());
    try {
      return stale() ? undefined : await attempt(where, asking.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  function wakeUp(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, left()));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (heard.length > 0 || gone.aborted) wake();
    });
  }

  try {
    for (let wait = RETRY_MS.first; !isOver(); wait = Math.min(2 * wait, RETRY_MS.most)) {
      heard = [];
      // Whoever cannot be asked where rooms are is asked again.
      const where = await locate(members, room, usual).catch(() => undefined);
      const found = where && (await ask(where));
      if (found !== undefined) return found;
      if (!isOver()) await wakeUp(wait);
    }
    return undefined;
  } finally {
    unfollow();
    gone.removeEventListener('abort', leave);
  }
}

/** Rooms that are over or never were are told so by any process with rooms, in its own words. */
async function locate(
  members: Reaching['members'],
  room: string,
  usual: RoomQuery['usual'],
): Promise<Where | undefined> {
  const location = await members.locationOf(room);
  switch (location.at) {
    case 'member':
      return location;
    case 'moving':
      return undefined;
    case 'everywhere':
      return unclaimed(await usual(), true);
    case 'asleep':
    case 'over':
    case 'nowhere':
      return unclaimed(await members.successorOf(room));
    default:
      return location satisfies never;
  }
}

function unclaimed(member: Member | undefined, everywhere = false): Where | undefined {
  return member && { member, epoch: 0, everywhere };
}

/** Messages may be late: a claim older than what was read says nothing new. */
export function overrules({ owner, epoch }: Claim, { member, epoch: known }: Where): boolean {
  return owner !== member.id && epoch > known;
}
