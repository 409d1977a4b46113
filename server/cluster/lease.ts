/** Everything this file keeps in Redis, and the one script that reads and writes it. */
import type { Redis } from 'ioredis';
import type { Member } from '#server/cluster/ports.ts';
import type { RegistrySeal } from '#server/cluster/registry-seal.ts';

const LEASES = '{parlor}:leases';
const MEMBERS = '{parlor}:members';
/** Rows of the dead are of use to nobody after this. */
const FORGET_MS = 60_000;

/** Renews one lease and answers every one. Redis's own clock counts. A ttl of 0 gives the lease back. */
const RENEW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id, ttl, row = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if ttl > 0 then
  redis.call('ZADD', KEYS[1], now + ttl, id)
  redis.call('HSET', KEYS[2], id, row)
else
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[4]))) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], dead)
end
return { tostring(now), redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'), redis.call('HGETALL', KEYS[2]) }
`;

/** All leases as Redis has them. Times are ms of Redis's clock. */
export type Roll = {
  now: number;
  rows: ReadonlyMap<string, { member: Member; until: number }>;
  /** Rows that no process with our key wrote, or not lately. */
  foreign: readonly string[];
};

/** What a row is signed with, and Redis's clock as far as it is known. */
export type Signing = { seal: RegistrySeal; now(): number };

/** With `ttlMs` 0, gives the lease back. @throws when Redis is away: it may have been renewed all the same. */
export async function renew(redis: Redis, { seal, now }: Signing, member: Member, ttlMs: number): Promise<Roll> {
  const row = seal.sign(JSON.stringify(member), now());
  const given = [member.id, String(ttlMs), row, String(FORGET_MS)];
  const [time, leases, members] = (await redis.eval(RENEW, 2, LEASES, MEMBERS, ...given)) as [
    string,
    string[],
    string[],
  ];
  const told = new Map(pairs(members));
  const rows = new Map<string, { member: Member; until: number }>();
  const foreign: string[] = [];
  for (const [id, until] of pairs(leases)) {
    const text = seal.open(told.get(id) ?? '', Number(time));
    const member = text === undefined ? undefined : memberIn(text);
    if (member?.id === id) rows.set(id, { member, until: Number(until) });
    else if (Number(until) > Number(time)) foreign.push(id);
  }
  return { now: Number(time), rows, foreign };
}

/** Redis's clock, ms. */
export async function timeOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

/** Nothing for what no process of ours wrote: one bad row must not cost everybody their lease. */
function memberIn(row: string): Member | undefined {
  try {
    const member = JSON.parse(row) as Member | null;
    return typeof member?.address === 'string' && typeof member.load?.rooms === 'number' ? member : undefined;
  } catch {
    return undefined;
  }
}

/** Which of these channels are subscribed to, in order. */
export async function pulses(redis: Redis, channels: readonly string[]): Promise<boolean[]> {
  if (channels.length === 0) return [];
  const counts = (await redis.pubsub('NUMSUB', ...channels)) as (string | number)[];
  return channels.map((_, i) => Number(counts[2 * i + 1]) > 0);
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as string, flat[2 * i + 1] as string]);
}
