/**
 * Clients of the SDK, through the edges, that play without pause whatever happens: in arenas, in their channels
 * and at table after table. Each notes down what it sends, is answered and sees.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isOver, isUp } from '#client/net/connection.ts';
import type { Random } from '#rooms/kernel/random.ts';
import type { Channel } from '#schema/chat.ts';
import type { MatchState, RoomState } from '#schema/states.ts';
import type { TestIssuer } from '#server/identity/test-issuer.ts';
import { type Playing, playMatch, roam, talk } from '#tests/kill/players.ts';
import { Recorder } from '#tests/kill/recorder.ts';
import { Entities } from './entities.ts';

export type CrowdOptions = {
  issuer: TestIssuer;
  /** Where clients dial, in turn. */
  edges: readonly string[];
  random: Random;
  arenas: number;
  clients: number;
  /** Channels that are there, how many talk in each, and how often each of them. */
  channels: readonly string[];
  talkers: number;
  postEveryMs?: number;
  tables: number;
};

type Client = { name: string; recorder: Recorder; entities: Entities };
/** A client that a room put out for good. */
export type PutOut = { room: string; player: string; status: string; refusal: string | undefined };

type How<S extends RoomState> = (recorder: Recorder<S>, playing: Playing) => Promise<void>;

const THINK_MS = 80;
const ASK_AGAIN_MS = 200;
const ASKED_MS = 30_000;
const OPENINGS = 5;
/** The issuer's last five minutes. */
const TOKEN_MS = 120_000;

export class Crowd {
  readonly clients: Client[] = [];
  readonly arenas: string[] = [];
  readonly #o: CrowdOptions;
  readonly #stop = new AbortController();
  readonly #playing: Promise<void>[] = [];
  /** Those that came, sat down and went without a word. */
  readonly vanished: { room: string; player: string }[] = [];
  readonly #tokens = new Map<string, { token: Promise<string>; until: number }>();
  #dialled = 0;

  constructor(options: CrowdOptions) {
    this.#o = options;
  }

  /** Opens the arenas, and resolves when everybody is in and plays. */
  async enter(): Promise<void> {
    const { arenas, clients, channels, talkers, postEveryMs, tables } = this.#o;
    for (let n = 0; n < arenas; n++) await this.#openArena(n);
    const roaming = Array.from({ length: clients }, (_, n) => this.arenas[n % arenas] as string).slice(arenas);
    await Promise.all(roaming.map((room, n) => this.#play(`player-${arenas + n}`, room, roam)));
    for (const room of channels) {
      const names = Array.from({ length: talkers }, (_, n) => `talker-${n}`);
      const say: How<Channel> = (recorder, playing) => talk(recorder, playing, postEveryMs);
      await Promise.all(names.map((name) => this.#play(name, room, say, false)));
    }
    await Promise.all(this.arenas.map((room, n) => this.#vanish(`ghost-${n}`, room)));
    for (let n = 0; n < tables; n++) this.#goOn(this.#tables(n));
  }

  /** Rooms that are played in for the whole run. */
  get lasting(): Client[] {
    return this.clients.filter(({ recorder }) => !recorder.record.room.startsWith('m-') || this.#isArena(recorder));
  }

  get records() {
    return this.clients.map(({ recorder }) => recorder.record);
  }

  /** Ask before they leave. */
  putOut(): PutOut[] {
    const lasting = new Set(this.lasting);
    return this.clients.flatMap((client) => {
      const { connection, record } = client.recorder;
      const { status, refusal } = connection;
      // A table is over for whoever was away while the other won and left.
      const isUsual = status === 'ended' && !lasting.has(client);
      return !isOver(status) || isUsual ? [] : [{ room: record.room, player: record.player, status, refusal }];
    });
  }

  /** What each client in a room that lasts was last answered at, ms of this process. */
  answered(): { name: string; room: string; at: number; up: boolean }[] {
    return this.lasting.map(({ name, recorder }) => ({
      name,
      room: recorder.record.room,
      at: recorder.answeredAt,
      up: isUp(recorder.connection.status),
    }));
  }

  /** Nobody sends anything new; resolves when everything is answered. */
  async rest(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#playing);
  }

  async leave(): Promise<void> {
    await Promise.all(this.clients.map(({ recorder }) => recorder.connection.leave(false)));
  }

  /** As a page would have it: a new one before the old one ends. */
  token(name: string): Promise<string> {
    const held = this.#tokens.get(name);
    if (held && performance.now() < held.until) return held.token;
    const token = this.#o.issuer.token({ name, sid: `login-of-${name}` });
    this.#tokens.set(name, { token, until: performance.now() + TOKEN_MS });
    return token;
  }

  #isArena({ record }: Recorder): boolean {
    return this.arenas.includes(record.room);
  }

  /** With its first player in it. A busy machine may take so long to let that one in that the room has ended again. */
  async #openArena(n: number): Promise<void> {
    for (let left = OPENINGS; ; left--) {
      const room = await this.#openRoom('probe', 'player-0');
      try {
        await this.#play(`player-${n}`, room, roam);
        this.arenas.push(room);
        return;
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  /** One match after the other. */
  async #tables(n: number): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const names = [`left-${n}`, `right-${n}`];
      const room = await this.#openRoom('connect-four', names[0] as string);
      const pair = await Promise.all(names.map((name) => this.#open<MatchState>(name, room)));
      await Promise.all(pair.map((one) => playMatch(one, this.#how, THINK_MS)));
    }
  }

  /** Sits down in an arena and is never seen again: its seat has to lapse, whoever has the room by then. */
  async #vanish(name: string, room: string): Promise<void> {
    const recorder = await this.#dial(name, room);
    this.vanished.push({ room, player: recorder.record.player });
    await recorder.connection.leave(false);
  }

  async #play<S extends RoomState>(name: string, room: string, how: How<S>, sees = true): Promise<void> {
    const recorder = await this.#open<S>(name, room, sees);
    this.#goOn(how(recorder, this.#how));
  }

  get #how(): Playing {
    return { stop: this.#stop.signal, random: this.#o.random };
  }

  #goOn(playing: Promise<void>): void {
    // Who was put out is seen by their status.
    this.#playing.push(playing.catch(() => {}));
  }

  async #open<S extends RoomState>(name: string, room: string, sees = true): Promise<Recorder<S>> {
    const recorder = await this.#dial<S>(name, room, sees);
    const client = recorder as unknown as Recorder;
    this.clients.push({ name, recorder: client, entities: new Entities(client.connection) });
    return recorder;
  }

  #dial<S extends RoomState>(name: string, room: string, sees = true): Promise<Recorder<S>> {
    return Recorder.open<S>(this.#edge(), room, () => this.token(name), sees);
  }

  #edge(): string {
    const { edges } = this.#o;
    return edges[this.#dialled++ % edges.length] as string;
  }

  /** By REST, like any page; asks again while nobody can open one. The arena is a game like another there. */
  async #openRoom(game: string, name: string): Promise<string> {
    const body = JSON.stringify({ apiVersion: 'parlor.dev/v1', kind: 'Match', spec: { game } });
    const key = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const until = performance.now() + ASKED_MS;
    for (let last = ''; ; ) {
      const headers = { authorization: `Bearer ${await this.token(name)}`, ...key };
      const request = { method: 'POST', headers, body, signal: AbortSignal.timeout(ASKED_MS) };
      const answer = await fetch(`${this.#edge()}/apis/parlor.dev/v1/matches`, request).catch((error: Error) => error);
      if (answer instanceof Response && answer.ok)
        return ((await answer.json()) as { status: { room: string } }).status.room;
      last = answer instanceof Response ? `${answer.status} ${await answer.text()}` : answer.message;
      const isFinal = answer instanceof Response && answer.status < 500;
      if (isFinal || this.#stop.signal.aborted || performance.now() > until)
        throw new Error(`no ${game} was opened: ${last}`);
      await pause(ASK_AGAIN_MS);
    }
  }
}
