/**
 * A whole cluster on this machine: a Redis and a database of its own, processes with rooms, each behind a relay of
 * its own to Redis, and edges on fixed ports. Whoever dies is replaced by somebody new.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestIssuer, type TestIssuer } from '#server/identity/test-issuer.ts';
import { type RedisProcess, startRedis } from '#server/testing/redis.ts';
import { freePort } from '#tests/kill/victim.ts';
import { Life } from './life.ts';
import type { Orders } from './orders.ts';
import type { Plant } from './plants.ts';
import { type Relay, Relays } from './relays.ts';

export type StageOptions = {
  /** An empty database, as postgres://… */
  databaseUrl: string;
  leaseMs: number;
  channels: readonly string[];
  /** In the first process only. */
  plant?: Plant;
};

/** A process with rooms, and its line to Redis. */
export type Actor = { life: Life; relay: Relay; port: number };
export type EdgeActor = { life: Life; port: number };

const DRAIN_MS = 8_000;

export class Stage {
  readonly #o: StageOptions;
  readonly directory: string;
  readonly redis: RedisProcess;
  readonly issuer: TestIssuer;
  readonly #relays: Relays;
  /** Between all processes and the database. */
  readonly database: Relay;
  readonly #key = randomBytes(32).toString('hex');
  readonly actors: Actor[] = [];
  readonly edges: EdgeActor[] = [];
  /** Every process that ever lived. */
  readonly lives: Life[] = [];
  #born = 0;

  private constructor(
    options: StageOptions,
    directory: string,
    redis: RedisProcess,
    issuer: TestIssuer,
    relays: Relays,
    database: Relay,
  ) {
    this.#o = options;
    this.database = database;
    this.directory = directory;
    this.redis = redis;
    this.issuer = issuer;
    this.#relays = relays;
  }

  static async open(options: StageOptions): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'parlor-chaos-'));
    const relays = new Relays();
    const database = await relays.open(Number(new URL(options.databaseUrl).port));
    return new Stage(options, directory, await startRedis(), await startTestIssuer(), relays, database);
  }

  /** As variables; of a process that reaches Redis at `redisUrl`. */
  env(redisUrl: string, port = 0): Record<string, string> {
    const { leaseMs } = this.#o;
    const databaseUrl = new URL(this.#o.databaseUrl);
    databaseUrl.port = String(this.database.port);
    return {
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      PORT: String(port),
      PARLOR_ORIGIN: 'http://parlor.test',
      PARLOR_DATA_DIR: join(this.directory, 'data'),
      PARLOR_KEY: this.#key,
      DATABASE_URL: databaseUrl.href,
      REDIS_URL: redisUrl,
      PARLOR_LEASE_MS: String(leaseMs),
      PARLOR_DRAIN_MS: String(DRAIN_MS),
      PARLOR_TRUSTED_PROXIES: '1',
      // Everybody comes from one address here.
      PARLOR_CONNECTIONS_PER_ADDRESS: '100000',
      PARLOR_JOINS_PER_MINUTE: '1000000',
      PARLOR_REQUESTS_PER_MINUTE: '1000000',
      PARLOR_MESSAGES_PER_SECOND: '1000',
    };
  }

  get edgeUrls(): string[] {
    return this.edges.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** One more process with rooms; resolves once it serves. */
  async addActor(): Promise<Actor> {
    const relay = await this.#relays.open(Number(new URL(this.redis.url).port));
    const { plant } = this.#o;
    const life = this.#life(
      'all',
      this.env(`redis://127.0.0.1:${relay.port}`),
      this.lives.length === 0 ? plant : undefined,
    );
    const actor = { life, relay, port: await life.ready };
    this.actors.push(actor);
    void life.ended.then(() => {
      relay.close();
      this.actors.splice(this.actors.indexOf(actor), 1);
    });
    return actor;
  }

  /** Another one on the port of one that is gone, or on a free one. */
  async addEdge(port?: number): Promise<EdgeActor> {
    const own = port ?? (await freePort());
    const life = this.#life('edge', this.env(this.redis.url, own));
    await life.ready;
    const edge = { life, port: own };
    const place = this.edges.findIndex((one) => one.port === own);
    if (place < 0) this.edges.push(edge);
    else this.edges[place] = edge;
    return edge;
  }

  /** SIGTERM to everybody; what did not end well, a sentence each. */
  async drain(): Promise<string[]> {
    const all = [...this.actors, ...this.edges].map(({ life }) => life).filter(({ isOver }) => !isOver);
    for (const life of all) life.signal('SIGTERM');
    const ends = await Promise.all(all.map(async (life) => ({ life, ...(await life.ended) })));
    return ends.flatMap(({ life, code, signal }) =>
      code === 0 ? [] : [`${life.name} drained and ended with ${code ?? signal}\n${life.output}`],
    );
  }

  async close(): Promise<void> {
    for (const { life } of [...this.actors, ...this.edges]) life.signal('SIGKILL');
    await this.redis.stop();
    await this.#relays.close();
    await this.issuer.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  #life(role: 'all' | 'edge', env: Record<string, string>, plant?: Plant): Life {
    const name = `${role === 'edge' ? 'edge' : 'rooms'}-${++this.#born}`;
    const { issuer, audience, client } = this.issuer.trust;
    const orders: Orders = {
      deeds: join(this.directory, `${name}.jsonl`),
      issuer: { issuer, audience, client, jwksUrl: this.issuer.jwksUrl },
      channels: this.#o.channels,
      ...(plant && { plant }),
    };
    const life = new Life(name, role, env, orders);
    this.lives.push(life);
    return life;
  }
}
