/**
 * The Redis connections of one process: one for commands, one for subscriptions, and a second subscriber that proves
 * together with the first that the process is alive. Messages without a subscriber are lost.
 */
import type { Redis } from 'ioredis';
import { Quota } from '#rooms/host/quota.ts';
import type { Log } from '#rooms/ports.ts';
import { type Channels, channelsOf } from '#server/cluster/channels.ts';
import { connectRedis } from '#server/cluster/redis.ts';

export type Links = {
  readonly channels: Channels;
  /** For commands. */
  readonly redis: Redis;
  /** True while every channel is subscribed. */
  readonly listening: boolean;
  /** Rejects while Redis is unavailable; the channel is subscribed once it returns. */
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  /** Subscribes on two connections: while one reconnects, the other proves that this process is alive. */
  pulse(channel: string): Promise<void>;
  /** Publishes to all current subscribers, this process included. */
  publish(channel: string, text: string): Promise<void>;
  /** `lost`: messages may have been missed; `back`: all channels are subscribed again. Returns the unsubscribe function. */
  watch(listener: (event: 'lost' | 'back') => void): () => void;
  close(): void;
};

/** Log lines a minute about malformed messages. */
const MISUNDERSTOOD = { points: 10, perMs: 60_000 };

export async function openLinks(url: string, log: Log): Promise<Links> {
  using opened = new DisposableStack();
  const connect = async (name: string) => opened.adopt(await connectRedis(url, name, log), (one) => one.disconnect());
  const redis = await connect('ask');
  const listen = await connect('listen');
  const second = await connect('pulse');
  let shown: string | undefined;
  const channels = new Map<string, Set<(text: string) => void>>();
  const watchers = new Set<(event: 'lost' | 'back') => void>();
  let listening = true;
  const lines = new Quota(MISUNDERSTOOD.points, MISUNDERSTOOD.perMs);
  const misunderstood = (say: () => void) => {
    if (lines.take(performance.now()) === 0) say();
  };

  const tell = (event: 'lost' | 'back') => {
    for (const watcher of watchers) watcher(event);
  };
  listen.on('message', (channel: string, text: string) => {
    for (const listener of channels.get(channel) ?? []) {
      // Any writer to Redis can publish anything; a malformed message must not end the process.
      try {
        listener(text);
      } catch (error) {
        // The error's message would quote the content.
        misunderstood(() => log.warn({ channel, error: (error as Error).name }, 'malformed message ignored'));
      }
    }
  });
  listen.on('close', () => {
    const lost = listening;
    listening = false;
    if (lost) tell('lost');
  });
  listen.on('ready', () => {
    const again = channels.size > 0 ? listen.subscribe(...channels.keys()) : Promise.resolve();
    again.then(
      () => {
        listening = true;
        tell('back');
      },
      () => listen.disconnect(true), // dials anew
    );
  });

  second.on('ready', () => {
    if (shown !== undefined) second.subscribe(shown).catch(() => second.disconnect(true)); // dials anew
  });

  async function subscribe(channel: string, listener: (text: string) => void): Promise<void> {
    const listeners = channels.get(channel) ?? new Set();
    channels.set(channel, listeners.add(listener));
    if (listeners.size === 1) await listen.subscribe(channel);
  }

  const connections = opened.move();
  return {
    channels: channelsOf(url),
    redis,
    get listening() {
      return listening;
    },
    subscribe,
    async pulse(channel) {
      shown = channel;
      await Promise.all([subscribe(channel, () => {}), second.subscribe(channel)]);
    },
    async publish(channel, text) {
      await redis.publish(channel, text);
    },
    watch(listener) {
      watchers.add(listener);
      return () => {
        watchers.delete(listener);
      };
    },
    close() {
      watchers.clear();
      connections.dispose();
    },
  };
}
