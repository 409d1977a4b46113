/** The Redis rights of an edge, as a rule for `ACL SETUSER` and `users.acl`. */

const COMMANDS = [
  // connecting
  ...['auth', 'hello', 'ping', 'info', 'select', 'client|setname', 'time'],
  // its own lease, and those of others
  ...['eval', 'zadd', 'zrem', 'zrange', 'zrangebyscore', 'hset', 'hdel', 'hgetall'],
  // subscriptions to pulses and claims
  ...['subscribe', 'unsubscribe', 'pubsub|numsub'],
  // counting limits together
  ...['evalsha', 'set', 'incrby', 'pttl', 'expire'],
  // the owners of rooms
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

/** The sentence for a missing right; undefined for any other error. */
export function missingRight(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  if (!/NOPERM|No permissions|ACL failure|can't (?:run this command|access)/i.test(message)) return undefined;
  return `The Redis user of REDIS_URL lacks a right: ${message} docs/guides/cluster.md has the rights that an edge needs.`;
}
