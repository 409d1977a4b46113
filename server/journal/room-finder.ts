/** Finds rooms in Redis with two reads, for a process that has no right to write there. As `find` of the journal. */
import type { Redis } from 'ioredis';
import type { JournalStore } from '#rooms/ports.ts';
import { recordOf } from '#server/journal/redis.ts';

export function roomFinder(redis: Redis): JournalStore['find'] {
  return async (room) => {
    const journal = await newest(redis, room);
    const record = new Map(Object.entries(journal === null ? {} : await head(redis, room, journal)));
    return record.size === 0 ? undefined : recordOf(record);
  };
}

/** Reads as the finder does. @throws what keeps this process from it. */
export async function probeRooms(redis: Redis): Promise<void> {
  await newest(redis, 'probe');
  await head(redis, 'probe', 'probe');
}

const newest = (redis: Redis, room: string) => redis.lindex(`{parlor}:room:${room}:journals`, -1);
const head = (redis: Redis, room: string, journal: string) => redis.hgetall(`{parlor}:room:${room}:${journal}:head`);
