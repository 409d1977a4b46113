/**
 * Clients that play without pause through the edges of a cluster to which one fault after the other is done; then
 * everything comes to rest, and whatever clients and processes noted down is held against the journals.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isUp } from '#client/net/connection.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import type { RoomRecord } from '#rooms/ports.ts';
import { FencedDriver } from '#server/cluster/driver.ts';
import { connectRedis } from '#server/cluster/redis.ts';
import { openStorage, type Storage } from '#server/compose/storage.ts';
import { parseConfig } from '#server/config.ts';
import { createLog } from '#server/telemetry/log.ts';
import { Crowd } from './crowd.ts';
import { keepEvidence } from './evidence.ts';
import { lookAround, type Seen } from './look.ts';
import { patient } from './patient.ts';
import type { Fault } from './plan.ts';
import { isClean, type Report, reportOf } from './report.ts';
import { Stage, type StageOptions } from './stage.ts';
import { type Struck, strike } from './strike.ts';
import { judge } from './verdict.ts';

export type ChaosOptions = Omit<StageOptions, 'leaseMs' | 'channels'> & {
  faults: readonly Fault[];
  seed: number;
  rooms?: number;
  clients?: number;
  tables?: number;
  channels?: readonly string[];
  talkers?: number;
  postEveryMs?: number;
  /** Processes that are there when the crowd comes, if that is not all of them. */
  atFirst?: number;
  /** Where what was found is kept, and the command that leads to it again. */
  evidence?: { directory: string; command: string };
  /** Ends the run, and cleans up. */
  signal?: AbortSignal;
  /** One line for each fault. */
  say?(line: string): void;
};

export const LEASE_MS = 1_500;
const PROCESSES = 3;
const EDGES = 2;
const CHANNELS = ['channel-lobby', 'talk-0'];
/** For everybody to be answered again. */
const WELL_MS = 30_000;
const REST_MS = 60_000;
const LOOK_MS = 20;

export type Phase = { fault: Fault; struck: Struck; until: number };

/** @throws when the cluster does not start. Whatever else goes wrong is in the report. */
export async function chaos(options: ChaosOptions): Promise<Report> {
  const { channels = CHANNELS, atFirst = PROCESSES } = options;
  await using opened = new AsyncDisposableStack();
  const stage = await Stage.open({ ...options, leaseMs: LEASE_MS, channels });
  opened.defer(() => stage.close());
  for (let n = 0; n < atFirst; n++) await stage.addActor();
  for (let n = 0; n < EDGES; n++) await stage.addEdge();
  const log = createLog('silent');
  const storage = await openStorage({ config: parseConfig(stage.env(stage.redis.url)), log }, opened);
  const campaign = new Campaign(options, stage, storage);
  opened.defer(() => campaign.close());
  const stopped = new Promise<never>((_, reject) => {
    options.signal?.addEventListener('abort', () => reject(new Error('The run was stopped.')));
  });
  return await Promise.race([campaign.run(), stopped]);
}

class Campaign {
  readonly #o: ChaosOptions;
  readonly #stage: Stage;
  readonly #storage: Storage;
  readonly #crowd: Crowd;
  readonly #phases: Phase[] = [];
  readonly #problems: string[] = [];

  constructor(options: ChaosOptions, stage: Stage, storage: Storage) {
    const { seed, rooms = 4, clients = 20, tables = 2, channels = CHANNELS, talkers = 4, postEveryMs } = options;
    this.#o = options;
    this.#stage = stage;
    this.#storage = storage;
    const random = keyedRandom([seed], 0);
    const { issuer, edgeUrls: edges } = stage;
    const crowd = { issuer, edges, random, arenas: rooms, clients, channels, talkers, tables };
    this.#crowd = new Crowd({ ...crowd, ...(postEveryMs !== undefined && { postEveryMs }) });
  }

  async run(): Promise<Report> {
    const { faults, say } = this.#o;
    await this.#crowd.enter();
    await this.#well('the start', performance.now());
    await this.#replenish();
    for (const [i, fault] of faults.entries()) {
      const from = performance.now();
      const struck = await strike(fault, {
        stage: this.#stage,
        store: this.#storage.store,
        token: () => this.#crowd.token('racer'),
        answered: () => this.#crowd.answered(),
      });
      this.#problems.push(...struck.problems);
      const phase = { fault, struck, until: Number.POSITIVE_INFINITY };
      this.#phases.push(phase);
      const wellAfterMs = await this.#well(JSON.stringify(fault), struck.overAt);
      phase.until = performance.now();
      await this.#replenish();
      say?.(
        `${i + 1}/${faults.length} ${JSON.stringify(fault)} took ${Math.round(struck.overAt - from)} ms, well after ${wellAfterMs} ms`,
      );
    }
    return this.#end();
  }

  async close(): Promise<void> {
    await this.#crowd.leave();
  }

  /** Everybody was answered after `since`; the ms that took. */
  async #well(after: string, since: number): Promise<number> {
    const until = performance.now() + WELL_MS;
    for (;;) {
      const ill = this.#crowd.answered().filter(({ up, at }) => !up || at < since);
      if (ill.length === 0) return Math.round(performance.now() - since);
      if (performance.now() > until) {
        const who = ill.map(({ name, room, up }) => `${name} in ${room} (${up ? 'not answered' : 'not up'})`);
        this.#problems.push(`after ${after}: ${who.join(', ')}`);
        return WELL_MS;
      }
      await pause(LOOK_MS);
    }
  }

  /** Somebody new for each that died. */
  async #replenish(): Promise<void> {
    while (this.#stage.actors.length < PROCESSES) await this.#stage.addActor();
  }

  async #end(): Promise<Report> {
    const late = pause(REST_MS, 'late' as const, { ref: false });
    if ((await Promise.race([this.#crowd.rest(), late])) === 'late')
      this.#problems.push('not everything was answered in the end');
    await this.#outcomesAreOut();
    const seen = await this.#look();
    const putOut = this.#crowd.putOut();
    const at = Date.now();
    const present = this.#present();
    this.#problems.push(...(await this.#stage.drain()));
    await this.#crowd.leave();
    const { keyring, database } = this.#storage;
    const store = patient(this.#storage.store);
    const { records } = this.#crowd;
    const { lives } = this.#stage;
    const seal = keyring.journalSeal();
    const verdict = await judge({ store, seal, database, records, lives, at, present });
    const report = reportOf({
      seed: this.#o.seed,
      verdict,
      seen,
      problems: this.#problems,
      phases: this.#phases,
      crowd: this.#crowd,
      putOut,
    });
    const { evidence, faults } = this.#o;
    if (evidence && !isClean(report)) await keepEvidence({ ...evidence, report, faults, lives, store, seal, records });
    return report;
  }

  /** What the database did not take is offered again later and later; a table whose outcome waits is not settled. */
  async #outcomesAreOut(): Promise<void> {
    const waits = ({ machine, unsettled, ended }: RoomRecord) => machine === connectFour.name && unsettled && !ended;
    for (const until = performance.now() + WELL_MS; performance.now() < until; await pause(LOOK_MS)) {
      if (!(await this.#storage.store.list()).some(waits)) return;
    }
  }

  async #look(): Promise<Seen> {
    const redis = await connectRedis(this.#stage.redis.url, 'look', createLog('silent'));
    const driver = new FencedDriver({ redis, epochOf: () => undefined });
    try {
      return await lookAround({
        store: patient(this.#storage.store),
        listings: () => driver.query({}),
        actors: this.#stage.actors,
        edges: this.#stage.edgeUrls,
        token: () => this.#crowd.token('seeker'),
        used: new Set(this.#crowd.lasting.map(({ recorder }) => recorder.record.room)),
      });
    } finally {
      redis.disconnect();
    }
  }

  #present(): Map<string, Set<string>> {
    const present = new Map<string, Set<string>>();
    for (const { recorder } of this.#crowd.clients) {
      const { room, player } = recorder.record;
      if (isUp(recorder.connection.status)) present.set(room, (present.get(room) ?? new Set()).add(player));
    }
    return present;
  }
}
