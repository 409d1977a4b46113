/** Members that can answer a request, best first. Redis is polled; while it is unavailable, the last result is used. */
import { createHash } from 'node:crypto';
import type { Member, Members, Role } from '#server/cluster/ports.ts';

const FRESH_MS = 250;
/** How long an unreachable member is tried last, ms. */
const BACK_OFF_MS = 1_000;

/** Members with pages and API, and members with rooms. */
export const PAGES: readonly Role[][] = [['api', 'all'], ['rooms']];
export const ROOMS: readonly Role[][] = [['rooms', 'all']];

export type Roster = {
  /** The same order for the same key while the membership is unchanged, since members keep some state per client. */
  candidates(roles: readonly (readonly Role[])[], key: string): Promise<Member[]>;
  backOff(member: Member): void;
  /** Aborts once the member is gone, even if its socket still accepts bytes. */
  watch(member: Member): { signal: AbortSignal; over(): void };
};

export function createRoster(members: Pick<Members, 'alive'>): Roster {
  let known: readonly Member[] | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const shunned = new Map<string, number>();

  async function read(): Promise<void> {
    const alive = await members.alive().catch(() => []);
    // Without Redis the membership is empty; the members known last are probably still alive.
    if (!known || alive.some(serves)) known = alive;
    readAt = performance.now();
    reading = undefined;
    for (const [id, until] of shunned) if (until <= readAt) shunned.delete(id);
  }

  async function fresh(): Promise<void> {
    if (performance.now() - readAt <= FRESH_MS) return;
    reading ??= read();
    await reading;
  }

  return {
    backOff: ({ id }) => {
      shunned.set(id, performance.now() + BACK_OFF_MS);
    },
    watch({ id }) {
      const gone = new AbortController();
      const look = async () => {
        await fresh();
        if (!known?.some((member) => member.id === id)) gone.abort();
      };
      const timer = setInterval(() => {
        look().catch(() => {}); // Redis is away: at the next one
      }, FRESH_MS);
      return { signal: gone.signal, over: () => clearInterval(timer) };
    },
    async candidates(roles, key) {
      const reading = fresh();
      const group = () => {
        const able = (known ?? []).filter(({ draining }) => !draining);
        return roles.map((some) => able.filter(({ role }) => some.includes(role))).find(({ length }) => length > 0);
      };
      // A slightly old list is better than waiting for a slow Redis, unless the list is empty.
      if (!group()) await reading;
      const rank = new Map((group() ?? []).map((member) => [member, rankOf(member, key, shunned)]));
      return [...rank.keys()].sort((a, b) => ((rank.get(a) ?? '') < (rank.get(b) ?? '') ? -1 : 1));
    },
  };
}

/** Has rooms or pages. */
export function serves({ role }: Member): boolean {
  return role !== 'edge';
}

/** Rendezvous: each key has its own order of members, and one that leaves moves only its own keys. */
function rankOf({ id }: Member, key: string, shunned: ReadonlyMap<string, number>): string {
  const late = (shunned.get(id) ?? 0) > performance.now() ? '1' : '0';
  return late + createHash('sha1').update(`${id}\n${key}`).digest('hex');
}
