/**
 * Finds the owner of a room, and waits while there is none. A claim received during a request to a member makes that
 * request stale: a frozen owner accepts connections and never answers.
 */
import type { Member, Members } from '#server/cluster/ports.ts';
import type { Claim, Claims } from '#server/edge/claims.ts';

/** How long a client is held for its room, ms; after that it should reconnect. */
export const PATIENCE_MS = 5_000;
export const RETRY_MS = { first: 25, most: 500 };

/** `epoch` is that of the owner's claim; 0 without a claim, and always for rooms on every process (`everywhere`). */
export type Where = { member: Member; epoch: number; everywhere?: boolean };
/** Undefined if that member refuses it for now. */
export type Attempt<T> = (where: Where, signal: AbortSignal) => Promise<T | undefined>;

export type Reaching = {
  members: Pick<Members, 'locationOf' | 'successorOf'>;
  claims: Claims;
  patienceMs?: number;
};

export type RoomQuery = {
  room: string;
  /** The process of this client for rooms that exist on every process: the same for its join and its socket. */
  usual(): Promise<Member | undefined>;
  /** Aborted when the client is gone. */
  gone: AbortSignal;
};

/** Undefined if no member accepted it in time. */
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
      // An unavailable registry is queried again.
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

/** For ended and unknown rooms any process with rooms sends the refusal. */
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

/** Messages may be delayed: a claim older than the registry's is ignored. */
export function overrules({ owner, epoch }: Claim, { member, epoch: known }: Where): boolean {
  return owner !== member.id && epoch > known;
}
