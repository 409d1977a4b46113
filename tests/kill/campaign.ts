/**
 * Clients that play without pause against a server that is killed again and again; afterwards everything
 * that they noted down is held against the final logs.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { keyedRandom, type Random } from '#rooms/kernel/random.ts';
import type { Channel } from '#schema/chat.ts';
import type { MatchState } from '#schema/states.ts';
import { startTestIssuer, type TestIssuer } from '#server/identity/test-issuer.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { examine, type Judged } from './examine.ts';
import { JOURNAL, MACHINES, type Orders, OUTCOMES } from './orders.ts';
import type { Plant } from './plants.ts';
import { playMatch, roam, talk } from './players.ts';
import { Recorder } from './recorder.ts';
import { percentile, returns } from './returns.ts';
import { delivered } from './sink.ts';
import { freePort, Victim } from './victim.ts';

/** At a step (`step` or `step:n`), or so long after the server is ready. */
export type Kill = { step: string } | { afterMs: number };

export type CampaignOptions = {
  kills: readonly Kill[];
  seed: number;
  clients?: number;
  plant?: Plant;
};

export type Report = Judged & {
  kills: number;
  /** From the death of a process to a client that is let through again by the next. */
  backP50Ms: number;
  backP99Ms: number;
};

const ARENA = 'arena';
const TALK = 'talk';
/** Longer than it takes; what did not come by then is counted as wrong. */
const HANDED_ON_MS = 10_000;
const LOOK_MS = 50;
const STEP_LIMIT_MS = 30_000;
const TALKERS = 4;
const FIRST_LIFE_MS = 500;

export async function campaign(options: CampaignOptions): Promise<Report> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-kill-'));
  const issuer = await startTestIssuer();
  try {
    return await new Campaign(options, dataDir, issuer, await freePort()).run();
  } finally {
    await issuer.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

class Campaign {
  readonly #o: CampaignOptions;
  readonly #dataDir: string;
  readonly #issuer: TestIssuer;
  readonly #port: number;
  readonly #random: Random;
  readonly #stop = new AbortController();
  readonly #recorders: Recorder[] = [];
  readonly #playing: Promise<void>[] = [];
  readonly #kills: { what: string; at: number }[] = [];
  #lives = 0;
  /** At which somebody sat down. */
  #tables = 0;

  constructor(options: CampaignOptions, dataDir: string, issuer: TestIssuer, port: number) {
    this.#o = options;
    this.#dataDir = dataDir;
    this.#issuer = issuer;
    this.#port = port;
    this.#random = keyedRandom([options.seed], 0);
  }

  async run(): Promise<Report> {
    const running = new Set<Victim>();
    try {
      const first = this.#live(running);
      await first.ready;
      await this.#crowd();
      await this.#kill({ afterMs: FIRST_LIFE_MS }, first);
      for (const kill of this.#o.kills) await this.#kill(kill, this.#live(running, kill));
      const last = this.#live(running);
      await orDead(last.ready, last);
      this.#stop.abort();
      await orDead(Promise.all(this.#playing), last);
      await this.#handedOn();
      last.signal('SIGTERM');
      const { code } = await last.ended;
      if (code !== 0) throw new Error(`a drained server ended with ${code}\n${last.output}`);
      return await this.#report();
    } finally {
      for (const victim of running) victim.signal('SIGKILL');
      await Promise.all(this.#recorders.map(({ connection }) => connection.leave(false)));
    }
  }

  /** A process that is told to stop leaves to the next one what is on its way: so until every match has its outcome. */
  async #handedOn(): Promise<void> {
    const until = performance.now() + HANDED_ON_MS;
    while ((await delivered(join(this.#dataDir, OUTCOMES))).length < this.#tables && performance.now() < until)
      await pause(LOOK_MS);
  }

  async #report(): Promise<Report> {
    const records = this.#recorders.map(({ record }) => record);
    const store = sqliteStore(join(this.#dataDir, JOURNAL));
    const seal = (await openKeyring({ dataDir: this.#dataDir })).journalSeal();
    try {
      const outcomes = await delivered(join(this.#dataDir, OUTCOMES));
      const judged = await examine({ store, seal, machines: MACHINES, records, delivered: outcomes });
      const roaming = records.filter(({ room }) => room === ARENA);
      const windows = this.#kills.map(({ at }, i) => ({
        at,
        until: this.#kills[i + 1]?.at ?? Number.POSITIVE_INFINITY,
      }));
      const back = returns(roaming, windows);
      const [backP50Ms, backP99Ms] = [percentile(back, 0.5), percentile(back, 0.99)];
      return { kills: this.#kills.length, ...judged, backP50Ms, backP99Ms };
    } finally {
      await store.close();
    }
  }

  /** Starts a process on the same port and data, and a pair at each of its new tables. */
  #live(running: Set<Victim>, kill?: Kill): Victim {
    const victim = new Victim();
    running.add(victim);
    void victim.ended.then(() => running.delete(victim));
    const life = ++this.#lives;
    const tables = [`match-${life}-a`, `match-${life}-b`];
    const { issuer, audience, client } = this.#issuer.trust;
    const orders: Orders = {
      dataDir: this.#dataDir,
      port: this.#port,
      issuer: { issuer, audience, client, jwksUrl: this.#issuer.jwksUrl },
      rooms: [[ARENA, 'probe'], [TALK, 'channel'], ...tables.map((room): [string, string] => [room, 'connect-four'])],
      ...(kill && 'step' in kill && { kill: kill.step }),
      ...(this.#o.plant && { plant: this.#o.plant }),
    };
    void victim.serve(orders);
    if (kill)
      void victim.ready.then(() => {
        for (const room of tables) this.#play(this.#table(room));
      });
    return victim;
  }

  async #kill(kill: Kill, victim: Victim): Promise<void> {
    if ('afterMs' in kill) {
      await orDead(victim.ready, victim);
      await pause(kill.afterMs);
      victim.signal('SIGKILL');
    }
    const what = 'step' in kill ? kill.step : 'random';
    const late = pause(STEP_LIMIT_MS, undefined, { ref: false });
    const end = await Promise.race([victim.ended, late]);
    if (!end) throw new Error(`the server never came by ${what}\n${victim.output}`);
    if (end.signal !== 'SIGKILL') throw new Error(`at ${what} the server ended with ${end.code}\n${victim.output}`);
    this.#kills.push({ what, at: end.at });
  }

  async #crowd(): Promise<void> {
    const { clients = 20 } = this.#o;
    const names = Array.from({ length: clients }, (_, n) => `player-${n}`);
    const playing = { stop: this.#stop.signal, random: this.#random };
    const roaming = await Promise.all(names.map((name) => this.#open(name, ARENA)));
    const talking = await Promise.all(names.slice(0, TALKERS).map((name) => this.#open<Channel>(name, TALK)));
    for (const recorder of roaming) this.#play(roam(recorder, playing));
    for (const recorder of talking) this.#play(talk(recorder, playing));
  }

  async #table(room: string): Promise<void> {
    const pair = await Promise.all(['left', 'right'].map((name) => this.#open<MatchState>(name, room)));
    this.#tables++;
    await Promise.all(pair.map((one) => playMatch(one, { random: this.#random })));
  }

  async #open<S extends Channel | MatchState>(name: string, room: string): Promise<Recorder<S>> {
    const token = () => this.#issuer.token({ name, sid: `login-of-${name}` });
    const recorder = await Recorder.open<S>(`http://127.0.0.1:${this.#port}`, room, token);
    this.#recorders.push(recorder as unknown as Recorder);
    return recorder;
  }

  #play(playing: Promise<void>): void {
    playing.catch(() => {}); // seen at the end, when all are awaited
    this.#playing.push(playing);
  }
}

/** What the process says before it dies is in the error. */
async function orDead<T>(wanted: Promise<T>, victim: Victim): Promise<T> {
  const died = victim.ended.then(({ code, signal }): never => {
    throw new Error(`the server died by itself: ${code ?? signal}\n${victim.output}`);
  });
  return Promise.race([wanted, died]);
}
