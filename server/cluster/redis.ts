/** Connections to the shared Redis. A command is sent once; after a lost answer the caller must check its effect. */
import { type Command, Redis } from 'ioredis';
import type { Log } from '#rooms/ports.ts';
import { inTime } from '#server/journal/in-time.ts';

const CONNECT_MS = 1_000;
/** Answer timeout, ms: a frozen Redis keeps its sockets open. */
const COMMAND_MS = 1_000;
const REDIAL_MS = { first: 20, most: 250 };

/** Errors of a server that is not the primary any more. */
const WRONG_SERVER = /^(READONLY|MOVED|ASK|LOADING|MASTERDOWN|CLUSTERDOWN|NOREPLICAS)\b/;

/** Connections by address: all move to a new primary together. */
const dialled = new Map<string, Set<Redis>>();

/** Reconnects this connection as well when another one to that address finds the wrong server. */
export function redialTogether(url: string, redis: Redis): void {
  const all = dialled.get(url) ?? new Set();
  dialled.set(url, all.add(redis));
  redis.on('end', () => all.delete(redis));
}

function redialAll(url: string): void {
  for (const one of dialled.get(url) ?? []) if (one.status === 'ready') one.disconnect(true);
}

export type ConnectOptions = {
  /** False if the caller handles timeouts of commands itself. */
  patient?: boolean;
};

/**
 * Reconnects without limit, also when the server is not the primary; while Redis is unavailable, commands are rejected at
 * once. `name` is shown in Redis's CLIENT LIST. Resolves with the first connection.
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
    // Without it the library considers a connection that broke during the handshake ready, and never reconnects.
    enableReadyCheck: true,
    autoResubscribe: false,
    enableOfflineQueue: false,
    // An automatic resend could apply a command twice, or after another owner's.
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

/** Command timeout that counts only time in which this process was running. */
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
