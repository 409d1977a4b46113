/** What an edge may do in Redis, and no more. A rule as `ACL SETUSER` and `users.acl` take it. */

const COMMANDS = [
  // connecting
  ...['auth', 'hello', 'ping', 'info', 'select', 'client|setname', 'time'],
  // the lease of its own, and those of the others
  ...['eval', 'zadd', 'zrem', 'zrange', 'zrangebyscore', 'hset', 'hdel', 'hgetall'],
  // who is heard, and claims
  ...['subscribe', 'unsubscribe', 'pubsub|numsub'],
  // counting limits together
  ...['evalsha', 'set', 'incrby', 'pttl', 'expire'],
  // where rooms are
  'lindex',
];

export const EDGE_RIGHTS: readonly string[] = [
  'resetkeys',
  'resetchannels',
  '-@all',
  ...COMMANDS.map((command) => `+${command}`),
  '~{parlor}:leases',
  '~{parlor}:members',
  '~{parlor}:limit:*',
  '%R~{parlor}:room:*:journals',
  '%R~{parlor}:room:*:head',
  '&{parlor}:*:claims',
  '&{parlor}:*:pulse:*',
];

/** The sentence for an error that says that a right is missing; undefined for any other. */
export function missingRight(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  if (!/NOPERM|No permissions|ACL failure|can't (?:run this command|access)/i.test(message)) return undefined;
  return `The Redis user of REDIS_URL lacks a right: ${message} docs/guides/cluster.md has the rights that an edge needs.`;
}
