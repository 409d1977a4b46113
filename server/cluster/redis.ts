/** Connections to the Redis that processes share. A command is sent once: what became of it is the caller's to ask. */
import { type Command, Redis } from 'ioredis';
import type { Log } from '#rooms/ports.ts';
import { inTime } from '#server/journal/in-time.ts';

const CONNECT_MS = 1_000;
/** A Redis that is frozen keeps its sockets. */
const COMMAND_MS = 1_000;
const REDIAL_MS = { first: 20, most: 250 };

/**
 * Dials for ever; while Redis is away, commands are refused at once.
 * `name` shows in Redis's CLIENT LIST. Resolves with the first connection.
 * @throws RedisAway when nobody answers at the start.
 */
export async function connectRedis(url: string, name: string, log: Log): Promise<Redis> {
  const redis = new PatientRedis(url, {
    connectionName: `parlor-${name}`,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // Without it the library takes a connection for ready that broke while it was greeting, and never dials again.
    enableReadyCheck: true,
    autoResubscribe: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(REDIAL_MS.most, REDIAL_MS.first * times) * (0.75 + Math.random() / 2),
  });
  let away = false;
  redis.on('error', ({ message }: Error) => {
    if (!away) log.warn({ connection: name, reason: message }, 'Redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ connection: name }, 'Redis is back');
    away = false;
  });
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new RedisAway(url, cause);
  }
  return redis;
}

/** Gives a command up after a while in which this process would have heard of it, not one in which it stood still. */
class PatientRedis extends Redis {
  override sendCommand(command: Command, ...rest: never[]): unknown {
    inTime(command.promise, COMMAND_MS).catch((error) => command.reject(error));
    return super.sendCommand(command, ...rest);
  }
}

export class RedisAway extends Error {
  override readonly name = 'RedisAway';
  constructor(url: string, cause: unknown) {
    const { host } = new URL(url);
    super(`The Redis at ${host} does not answer.`, { cause });
  }
}
