/**
 * The sockets of one room. A seat outlives them: whoever drops leaves a hold behind that holds the seat
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
  correlationId: string | undefined;
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
  readonly #byConnection = new Map<string, Connection>();
  readonly #holds = new Map<string, Ghost>();
  readonly #announced = new Map<string, string>();
  readonly #tokens = new Map<string, string>();

  constructor(replica: Replica, secret: Uint8Array, hold: Hold) {
    this.#replica = replica;
    this.#secret = secret;
    this.#hold = hold;
  }

  get size(): number {
    return this.#byConnection.size;
  }
  all(): IterableIterator<Connection> {
    return this.#byConnection.values();
  }
  of(client: Client): Connection | undefined {
    const found = this.#byConnection.get(client.sessionId);
    return found?.client === client ? found : undefined;
  }
  byConnection(connectionId: string): Connection | undefined {
    return this.#byConnection.get(connectionId);
  }

  token(connectionId: string, generation: number): string {
    const { room, journal } = this.#replica.genesis;
    const named = JSON.stringify([room, journal, connectionId, generation]);
    const known = this.#tokens.get(named);
    if (known !== undefined) return known;
    const token = reconnectionToken(this.#secret, { room, journal, connectionId, generation });
    if (this.#tokens.size >= MOST_TOKENS) this.#tokens.clear();
    this.#tokens.set(named, token);
    return token;
  }

  /** The seat this token returns to, -1 when it names none. */
  seatOf(connectionId: string, token: string): number {
    const seat = this.#replica.seats.byConnection(connectionId);
    const held = this.#replica.seats.at(seat);
    if (!held) return -1;
    return isSame(this.token(connectionId, held.generation), token) ? seat : -1;
  }

  /** The id of the socket that dials for this connectionId: the library does not hand it on. */
  announce(connectionId: string, correlationId: string): void {
    this.#announced.delete(connectionId);
    this.#announced.set(connectionId, correlationId);
    const [oldest = ''] = this.#announced.keys();
    if (this.#announced.size > MOST_ANNOUNCED) this.#announced.delete(oldest);
  }

  open(client: Client, seat: number, identity: Identity | undefined, expiresAt: number): Connection {
    const { generation = 0, player = '' } = this.#replica.seats.at(seat) ?? {};
    const view = this.#replica.encoder.context.hasFilters ? new SeatView() : undefined;
    const correlationId = this.#announced.get(client.sessionId);
    this.#announced.delete(client.sessionId);
    const connection = {
      client,
      seat,
      generation,
      player,
      identity,
      outbox: undefined,
      expiresAt,
      view,
      correlationId,
    };
    client.reconnectionToken = this.token(client.sessionId, generation);
    if (view) client.view = view.view;
    this.#holds.delete(client.sessionId);
    this.#byConnection.set(client.sessionId, connection);
    this.#refresh(connection);
    return connection;
  }

  /** Forgets the socket. Answers false when it was not the seat's any more. */
  close(client: Client): boolean {
    const connection = this.of(client);
    if (!connection) return false;
    connection.view?.dispose();
    return this.#byConnection.delete(client.sessionId);
  }

  /** Holds the seat of `connectionId` for its token. A hold of our own: the library's may "not have joined" yet. */
  hold(connectionId: string, generation: number): void {
    const token = this.token(connectionId, generation);
    const hold = this.#hold({ sessionId: connectionId, reconnectionToken: token } as Client, 'manual');
    hold.then(undefined, () => {});
    this.#holds.set(connectionId, hold);
  }

  /** The seat is no longer held for this connectionId. */
  release(connectionId: string): void {
    const hold = this.#holds.get(connectionId);
    this.#holds.delete(connectionId);
    hold?.reject(false);
  }

  /** Holds whose seat is gone or someone else's. */
  orphanedHolds(): string[] {
    return [...this.#holds.keys()].filter((connectionId) => this.#replica.seats.byConnection(connectionId) < 0);
  }

  refreshViews(): void {
    const { encoder, machine } = this.#replica;
    if (!encoder.context.hasFilters || !machine.view) return;
    for (const connection of this.#byConnection.values()) this.#refresh(connection);
  }

  #refresh({ view, seat }: Connection): void {
    if (view) this.#replica.hooks.show(view, seat);
  }
}
