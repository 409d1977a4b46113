/**
 * Colyseus's own channels between processes. The library does not await what it says there, and one rejection
 * that nobody awaits would end the process whenever Redis is away: so what is said then is lost, as a message
 * may always be.
 */
import { RedisPresence } from '@colyseus/redis-presence';
import type { Redis } from 'ioredis';

export class TolerantPresence extends RedisPresence {
  readonly #channel: (topic: string) => string;

  /** `channel`: the name of a topic of the library's, with the installation that it is of. */
  constructor(redis: Redis, channel: (topic: string) => string) {
    super(redis);
    this.#channel = channel;
    // Announces itself through `redis`, whose listener says it once.
    this.sub.removeAllListeners('error').on('error', () => {});
  }

  /** The connection that listens. */
  get listener(): Redis {
    return this.sub as Redis;
  }

  /** Connections that refuse to queue have to be there first. */
  async open(): Promise<this> {
    if (this.sub.status === 'wait') await this.sub.connect();
    return this;
  }

  /** Subscribed to as soon as Redis is there: the library goes through what it wants with every new connection. */
  override async subscribe(...[topic, ...given]: Parameters<RedisPresence['subscribe']>): Promise<this> {
    await super.subscribe(this.#channel(topic), ...given).catch(() => {});
    return this;
  }
  override async unsubscribe(...[topic, ...given]: Parameters<RedisPresence['unsubscribe']>): Promise<this> {
    await super.unsubscribe(this.#channel(topic), ...given).catch(() => {});
    return this;
  }
  override async publish(...[topic, ...given]: Parameters<RedisPresence['publish']>): Promise<void> {
    await super.publish(this.#channel(topic), ...given).catch(() => {});
  }
  override async hset(...given: Parameters<RedisPresence['hset']>): Promise<boolean> {
    return super.hset(...given).catch(() => false);
  }
  override async hdel(...given: Parameters<RedisPresence['hdel']>): Promise<boolean> {
    return super.hdel(...given).catch(() => false);
  }

  override shutdown(): void {
    this.sub.disconnect();
  }
}
