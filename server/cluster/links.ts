/**
 * The connections of one process: one asks, one listens, one only shows with the other that the process lives. What is
 * said while nobody listens is lost.
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
  /** Every channel is subscribed to right now. */
  readonly listening: boolean;
  /** Rejects when Redis is away; the channel is subscribed to once it is back. */
  subscribe(channel: string, listener: (text: string) => void): Promise<void>;
  /** Subscribes on two connections: while one is dialled again, the other shows that this process lives. */
  pulse(channel: string): Promise<void>;
  /** Says it to everyone who listens now, this process too. */
  publish(channel: string, text: string): Promise<void>;
  /** `lost` when something may have been missed, `back` once all is subscribed to again. Returns how to stop. */
  watch(listener: (event: 'lost' | 'back') => void): () => void;
  close(): void;
};

/** Lines a minute about what is not understood. */
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
      // Whoever may write to Redis may say anything; what makes no sense is nothing to die of.
      try {
        listener(text);
      } catch (error) {
        // Its message would quote what was said.
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
