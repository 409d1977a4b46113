/** What is asked of a Redis, before rooms are entrusted to it and whenever it was dialled anew (see `watch-redis.ts`). */
import type { Redis } from 'ioredis';
import type { Role } from '#server/cluster/ports.ts';

/** `fatal`: rooms cannot live there; otherwise they can, and one day they are lost. */
export type Finding = { failure: string; fatal: boolean; sentence: string };

const OLDEST = 6;

/** One command for each right that is needed; none of them changes anything. */
const RIGHTS: readonly (readonly [command: string, ...given: string[]])[] = [
  ['HDEL', '{parlor}:rights', 'none'],
  ['HDEL', 'roomcaches', 'none'],
  ['EVAL', "return redis.call('HDEL', KEYS[1], 'none')", '1', '{parlor}:rights'],
  ['SCRIPT', 'EXISTS', '0'.repeat(40)],
  ['ZREM', '{parlor}:rights', 'none'],
  ['PUBLISH', '{parlor}:rights', ''],
  ['PUBSUB', 'NUMSUB', '{parlor}:rights'],
  ['XLEN', '{parlor}:rights'],
  ['MULTI'],
  ['EXEC'],
];

/** In the order of their weight; of an edge, which keeps nothing there, no rights are asked. Rejects when Redis does not answer. */
export async function inspectRedis(redis: Redis, role: Role): Promise<Finding[]> {
  const info = new Map(
    (await redis.info()).split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  const found: Finding[] = [];
  const refuse = (failure: string, sentence: string) => found.push({ failure, fatal: true, sentence });
  const warn = (failure: string, sentence: string) => found.push({ failure, fatal: false, sentence });

  const version = info.get('redis_version') ?? '';
  if (info.get('redis_mode') === 'cluster')
    refuse(
      'redis-cluster',
      'This Redis runs in cluster mode, where keys of one room may lie on different servers; give REDIS_URL a Redis that is not a cluster.',
    );
  if (info.get('redis_mode') === 'sentinel')
    refuse(
      'redis-sentinel',
      'This is a Sentinel, which keeps no data; give REDIS_URL an address that leads to the primary that it watches.',
    );
  if (info.get('role') === 'slave')
    refuse(
      'redis-replica',
      `This Redis is a read-only replica of ${info.get('master_host')}:${info.get('master_port')}; give REDIS_URL the address of the primary.`,
    );
  if (Number.parseInt(version, 10) < OLDEST)
    refuse('redis-old', `This Redis is version ${version}; Parlor needs ${OLDEST} or newer.`);
  if (found.length > 0) return found;

  for (const [command, ...given] of role === 'edge' ? [] : RIGHTS) {
    const denied = await redis.call(command, ...given).then(
      () => undefined,
      ({ message }: Error) => (message.startsWith('NOPERM') ? message : undefined),
    );
    if (denied) {
      refuse(
        'redis-rights',
        `The user in REDIS_URL lacks a right (${denied}); it needs all commands but the administrative ones, and @scripting, info and pubsub, on the keys {parlor}* and roomcaches and the channels {parlor}*.`,
      );
      break;
    }
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction')
    warn(
      'redis-evicts',
      `This Redis may evict rooms when its memory is full (maxmemory-policy ${policy}); set maxmemory-policy to noeviction.`,
    );
  if (info.get('aof_enabled') === '0')
    warn(
      'redis-forgets',
      'This Redis keeps no append-only file, so rooms are lost when it restarts; set appendonly to yes.',
    );
  return found;
}
