/** What was asked of Redis in one turn of the event loop goes out as one write, in order, and is answered one by one. */
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import type { Log } from '#rooms/ports.ts';
import { channelsOf } from '#server/cluster/channels.ts';
import { connectRedis } from '#server/cluster/redis.ts';
import { unknown } from '#server/journal/fates.ts';
import { inTime } from '#server/journal/in-time.ts';

const SCRIPT = readFileSync(new URL('./redis.lua', import.meta.url), 'utf8');
/** Answer timeout, ms: a frozen Redis keeps its sockets open. */
export const ANSWER_MS = 1_000;

type Asked = { args: (string | Uint8Array)[]; resolve(answer: Answer): void; reject(error: Error): void };
/** What the script returns: how it went, and what there is to tell. */
export type Answer = [verdict: string, ...rest: Raw[]];
export type Raw = Buffer | null | Raw[];

export type RedisTurn = {
  redis: Redis;
  /** Runs the script for a room; rejects with a JournalError `unknown` when no answer came. */
  run(room: string, call: string, ...given: (string | number | Uint8Array)[]): Promise<Answer>;
  close(): void;
};

/**
 * `replicas`: how many must have a write before it counts as done.
 * @throws when nobody answers at the start.
 */
export async function redisTurn(url: string, log: Log, replicas: number): Promise<RedisTurn> {
  const redis = await connectRedis(url, 'journal', log, { patient: false });
  const { claims } = channelsOf(url);
  const loadScript = () => {
    redis.script('LOAD', SCRIPT).catch(() => redis.disconnect(true));
  };
  // Before anything else on a new connection: a server that was started anew has none.
  redis.on('ready', loadScript);
  const sha = await inTime(redis.script('LOAD', SCRIPT) as Promise<string>, ANSWER_MS).catch((error) => {
    redis.disconnect();
    throw error;
  });

  let queue: Asked[] = [];

  async function flush(): Promise<void> {
    const asked = queue;
    queue = [];
    let answers: [Error | null, unknown][];
    try {
      const pipeline = redis.pipeline();
      for (const { args } of asked) pipeline.callBuffer('EVALSHA', sha, '3', ...(args as string[]));
      if (replicas > 0) pipeline.call('WAIT', String(replicas), String(ANSWER_MS / 2));
      answers = (await inTime(pipeline.exec(), ANSWER_MS)) ?? [];
    } catch (cause) {
      answers = [[cause as Error, undefined]];
    }
    const missing = replicas > 0 && Number(answers[asked.length]?.[1] ?? 0) < replicas;
    for (const [i, { resolve, reject }] of asked.entries()) {
      const [error, answer] = answers[i] ?? [answers[0]?.[0] ?? new Error('no answer'), undefined];
      if (error?.message.startsWith('NOSCRIPT')) loadScript();
      if (error) reject(unknown(error));
      else if (missing) reject(unknown(new Error('too few replicas have it')));
      else resolve(read(answer as Raw[]));
    }
  }

  return {
    redis,
    run(room, call, ...given) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const values = given.map((value) => (typeof value === 'number' ? String(value) : value));
      const bytes = values.map((value) => (typeof value === 'string' ? value : Buffer.from(value)));
      const args = [`{parlor}:room:${room}`, '{parlor}', claims, call, ...bytes];
      if (queue.push({ args, resolve, reject }) === 1)
        setImmediate(() => {
          flush().catch(reject);
        });
      return promise;
    },
    close: () => redis.disconnect(),
  };
}

function read([verdict, ...rest]: Raw[]): Answer {
  return [String(verdict), ...rest];
}
