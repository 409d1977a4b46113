/** Connections to the Redis that processes share. A command is sent once: what became of it is the caller's to ask. */
import { type Command, Redis } from 'ioredis';
import type { Log } from '#rooms/ports.ts';
import { inTime } from '#server/journal/in-time.ts';

const CONNECT_MS = 1_000;
/** A Redis that is frozen keeps its sockets. */
const COMMAND_MS = 1_000;
const REDIAL_MS = { first: 20, most: 250 };

/** What a server says that is not, or not any more, the primary behind its address. */
const WRONG_SERVER = /^(READONLY|MOVED|ASK|LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)\b/;

/** Connections by address: they go to one server, and to the next one together. */
const dialled = new Map<string, Set<Redis>>();

/** This connection too is dialled anew when another one to that address meets the wrong server. */
export function redialTogether(url: string, redis: Redis): void {
  const all = dialled.get(url) ?? new Set();
  dialled.set(url, all.add(redis));
  redis.on('end', () => all.delete(redis));
}

function redialAll(url: string): void {
  for (const one of dialled.get(url) ?? []) if (one.status === 'ready') one.disconnect(true);
}

export type ConnectOptions = {
  /** False leaves it to the caller to give commands up that are not answered. */
  patient?: boolean;
};

/**
 * Dials for ever, and anew when the server says that it is not the primary; while Redis is away, commands are refused
 * at once. `name` shows in Redis's CLIENT LIST. Resolves with the first connection.
 * @throws RedisAway with its cause when there is no connection at the start.
 */
export async function connectRedis(
  url: string,
  name: string,
  log: Log,
  { patient = true }: ConnectOptions = {},
): Promise<Redis> {
  const redis = new (patient ? PatientRedis : Redis)(url, {
    connectionName: `parlor-${name}`,
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // Without it the library takes a connection for ready that broke while it was greeting, and never dials again.
    enableReadyCheck: true,
    autoResubscribe: false,
    enableOfflineQueue: false,
    // A command that is sent again by itself might be done twice, or after another owner's.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(REDIAL_MS.most, REDIAL_MS.first * times) * (0.75 + Math.random() / 2),
    reconnectOnError({ message }) {
      if (!WRONG_SERVER.test(message)) return false;
      log.warn({ connection: name, reason: message }, 'Redis is not the primary; reconnecting');
      redialAll(url);
      return true;
    },
  });
  redialTogether(url, redis);
  let trouble: Error | undefined;
  redis.on('error', (error: Error) => {
    if (!trouble) log.warn({ connection: name, reason: error.message }, 'Redis connection lost');
    trouble = error;
  });
  redis.on('ready', () => {
    if (trouble) log.info({ connection: name }, 'Redis connection restored');
    trouble = undefined;
  });
  try {
    await redis.connect();
  } catch (cause) {
    redis.disconnect();
    throw new RedisAway(url, trouble ?? cause);
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
