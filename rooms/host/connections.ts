/**
 * The sockets of one room. A seat outlives them: whoever drops leaves a ghost behind that holds the seat
 * for the same token, and the token stays good until the seat is taken anew or given up.
 */
import type { Client, Room } from '@colyseus/core';
import { isSame, reconnectionToken } from '#rooms/host/reconnection.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { SeatView } from '#rooms/kernel/seat-view.ts';
import type { Identity } from '#rooms/ports.ts';

export type Connection = {
  client: Client;
  seat: number;
  generation: number;
  player: string;
  /** Undefined for one who came back and has not shown a token yet. */
  identity: Identity | undefined;
  /** Set by `resume`; nothing else is taken before it. */
  outbox: string | undefined;
  /** Wall ms at which the connection is cut unless a fresh token came. */
  expiresAt: number;
  view: SeatView | undefined;
  /** Of its socket, while commands are followed. */
  via: string | undefined;
};

/** What Colyseus needs of a client that is away; see `Room.allowReconnection`. */
type Ghost = ReturnType<Room['allowReconnection']>;
/** Sockets that were announced and have not joined; whoever dials may be one. */
const MOST_ANNOUNCED = 256;
/** Remembered, as each is asked for three times when its seat is held and taken again. */
const MOST_TOKENS = 1_024;

type Hold = (client: Client, seconds: 'manual') => Ghost;

export class Connections {
  readonly #replica: Replica;
  readonly #secret: Uint8Array;
  readonly #hold: Hold;
  readonly #bySession = new Map<string, Connection>();
  readonly #ghosts = new Map<string, Ghost>();
  readonly #announced = new Map<string, string>();
  readonly #tokens = new Map<string, string>();

  constructor(replica: Replica, secret: Uint8Array, hold: Hold) {
    this.#replica = replica;
    this.#secret = secret;
    this.#hold = hold;
  }

  get size(): number {
    return this.#bySession.size;
  }
  all(): IterableIterator<Connection> {
    return this.#bySession.values();
  }
  of(client: Client): Connection | undefined {
    const found = this.#bySession.get(client.sessionId);
    return found?.client === client ? found : undefined;
  }
  bySession(session: string): Connection | undefined {
    return this.#bySession.get(session);
  }

  token(session: string, generation: number): string {
    const { room, journal } = this.#replica.genesis;
    const named = JSON.stringify([room, journal, session, generation]);
    const known = this.#tokens.get(named);
    if (known !== undefined) return known;
    const token = reconnectionToken(this.#secret, { room, journal, session, generation });
    if (this.#tokens.size >= MOST_TOKENS) this.#tokens.clear();
    this.#tokens.set(named, token);
    return token;
  }

  /** The seat this token returns to, -1 when it names none. */
  seatOf(session: string, token: string): number {
    const seat = this.#replica.seats.bySession(session);
    const held = this.#replica.seats.at(seat);
    if (!held) return -1;
    return isSame(this.token(session, held.generation), token) ? seat : -1;
  }

  /** The id of the socket that dials for this session: the library does not hand it on. */
  announce(session: string, via: string): void {
    this.#announced.delete(session);
    this.#announced.set(session, via);
    const [oldest = ''] = this.#announced.keys();
    if (this.#announced.size > MOST_ANNOUNCED) this.#announced.delete(oldest);
  }

  open(client: Client, seat: number, identity: Identity | undefined, expiresAt: number): Connection {
    const { generation = 0, player = '' } = this.#replica.seats.at(seat) ?? {};
    const view = this.#replica.encoder.context.hasFilters ? new SeatView() : undefined;
    const via = this.#announced.get(client.sessionId);
    this.#announced.delete(client.sessionId);
    const connection = { client, seat, generation, player, identity, outbox: undefined, expiresAt, view, via };
    client.reconnectionToken = this.token(client.sessionId, generation);
    if (view) client.view = view.view;
    this.#ghosts.delete(client.sessionId);
    this.#bySession.set(client.sessionId, connection);
    this.#refresh(connection);
    return connection;
  }

  /** Forgets the socket. Answers false when it was not the seat's any more. */
  close(client: Client): boolean {
    const connection = this.of(client);
    if (!connection) return false;
    connection.view?.dispose();
    return this.#bySession.delete(client.sessionId);
  }

  /** Holds the seat of `session` for its token. A ghost of our own: the library's may "not have joined" yet. */
  haunt(session: string, generation: number): void {
    const token = this.token(session, generation);
    const ghost = this.#hold({ sessionId: session, reconnectionToken: token } as Client, 'manual');
    ghost.then(undefined, () => {});
    this.#ghosts.set(session, ghost);
  }

  /** The seat is no longer held for this session. */
  exorcise(session: string): void {
    const ghost = this.#ghosts.get(session);
    this.#ghosts.delete(session);
    ghost?.reject(false);
  }

  /** Ghosts whose seat is gone or someone else's. */
  strays(): string[] {
    return [...this.#ghosts.keys()].filter((session) => this.#replica.seats.bySession(session) < 0);
  }

  refreshViews(): void {
    const { encoder, machine } = this.#replica;
    if (!encoder.context.hasFilters || !machine.view) return;
    for (const connection of this.#bySession.values()) this.#refresh(connection);
  }

  #refresh({ view, seat }: Connection): void {
    if (view) this.#replica.hooks.show(view, seat);
  }
}
