/**
 * Seats and their connections. Each join, drop and leave is a command in the log before it is visible; a seat outlives its
 * sockets, and only a `leave` or a deadline in state ends it.
 */

import { type Client, CloseCode } from '@colyseus/core';
import type { Connection, Connections } from '#rooms/host/connections.ts';
import { refusal } from '#rooms/host/enter.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import { questionAbout } from '#rooms/host/question.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import type { LogCommand } from '#rooms/kernel/log.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Identity } from '#rooms/ports.ts';
import { CLOSE, joinOptions } from '#schema/protocol.ts';
import { isPassing, type RefusalCode } from '#schema/refusals.ts';

/** How long a socket may stay after its token's expiry, or without a token, ms. */
const TOKEN_GRACE_MS = 30_000;

/** Whose connections end; `by`: the originator, if known and not the player. */
export type Ended = ({ session: string } | { player: string }) & { by?: 'administrator' };

/** The close code for that originator. */
export function closeOf({ by }: Ended): number {
  return by ? CLOSE.endedByAdministrator : CLOSE.sessionEnded;
}

export type PresenceOptions = {
  replica: Replica;
  sequencer: Sequencer;
  connections: Connections;
  ports: Pick<RoomPorts, 'authorize' | 'liveness' | 'wall' | 'outsideMatch' | 'seatGivenUp' | 'log'>;
  /** Closes the socket of a connectionId. */
  kick(connectionId: string, code: number): void;
  /** Colyseus counts joins, not returns: registers a client whose seat was restored. */
  count(client: Client): Promise<void>;
};

export class Presence {
  readonly #o: PresenceOptions;
  /** Connection ids restored from the journal, which Colyseus has not counted as clients. */
  readonly #uncounted = new Set<string>();
  readonly #returning = new Map<string, Promise<void>>();
  #closed = false;

  constructor(options: PresenceOptions) {
    this.#o = options;
  }

  /** Holds every seat of a newly opened room. */
  begin(): void {
    const { seats } = this.#o.replica;
    for (const seat of seats.held()) {
      const connectionId = seats.at(seat)?.connectionId;
      if (!connectionId) continue;
      this.#uncounted.add(connectionId);
      this.#hold(connectionId);
    }
  }

  /** Releases all holds because the room moves: later drops are logged by the next owner. */
  close(): void {
    this.#closed = true;
  }

  async join(client: Client, options: unknown, identity: Identity): Promise<void> {
    const { replica, sequencer, connections } = this.#o;
    const { player, session, expiresAt } = identity;
    if (!this.mayJoin(identity)) throw refusal('forbidden');
    const outside = await this.outsideMatch(player);
    if (outside) throw refusal(outside);
    const asked = joinOptions.safeParse(options ?? {});
    if (!asked.success) throw refusal('malformed');
    const { holder, returning } = asked.data;
    const before = replica.seats.at(replica.seats.of(player))?.connectionId;
    const applied = await sequencer.run({
      k: 'join',
      player,
      connectionId: client.sessionId,
      session,
      ...(holder !== undefined && { holder }),
      ...(returning && { returning }),
    });
    if (!applied) throw refusal('moved');
    if (applied.refusal) throw refusal(applied.refusal);
    const seat = replica.seats.byConnection(client.sessionId);
    if (seat < 0) throw refusal('not-seated'); // displaced while the append was in flight
    if (before) this.#displace(before);
    connections.open(client, seat, identity, expiresAt + TOKEN_GRACE_MS);
  }

  mayJoin(identity: Identity): boolean {
    const { machine, genesis } = this.#o.replica;
    return this.#o.ports.authorize(questionAbout(genesis.room, identity, machine.joinAccess)).allowed;
  }

  /** For the talk of a match: the refusal of this player, if any. */
  async outsideMatch(player: string): Promise<RefusalCode | undefined> {
    const { replica, ports } = this.#o;
    const match = replica.machine.restrictedTo?.(replica.state) ?? '';
    return match === '' ? undefined : ports.outsideMatch?.(match, player);
  }

  /** Removes a player who may not stay: closes the connection, then ends the seat. False if the room moved. */
  async dismiss(player: string): Promise<boolean> {
    const { replica, sequencer, connections, kick } = this.#o;
    const seat = replica.seats.of(player);
    const held = replica.seats.at(seat);
    if (!held) return true;
    const open = connections.byConnection(held.connectionId);
    if (open) {
      connections.close(open.client);
      kick(held.connectionId, CLOSE.retry); // the next join is refused with the reason
    }
    return (await sequencer.run({ k: 'leave', seat, generation: held.generation })) !== undefined;
  }

  /** Called before the upgrade: closes a half-open old socket, which would delay the reconnection. */
  async beforeReturn(connectionId: string, token: string): Promise<void> {
    const { connections, kick } = this.#o;
    if (connections.seatOf(connectionId, token) < 0) return;
    // A socket lost during a reconnection occupies the seat's only hold until that has ended.
    await this.#returning.get(connectionId)?.catch(() => {});
    if (connections.byConnection(connectionId)) kick(connectionId, CLOSE.retry);
  }

  comeBack(client: Client): Promise<void> {
    const returning = this.#comeBack(client).finally(() => this.#returning.delete(client.sessionId));
    this.#returning.set(client.sessionId, returning);
    return returning;
  }

  async #comeBack(client: Client): Promise<void> {
    const { replica, sequencer, connections, ports, count } = this.#o;
    const { seats } = replica;
    const held = seats.at(seats.byConnection(client.sessionId));
    if (!held) throw refusal('not-seated');
    const session = await ports.liveness.look(held.session, held.player);
    if (session === 'ended') throw refusal('session-ended');
    // The client joins again, which requires a token.
    if (session === 'unsure') throw refusal('not-seated');
    const outside = await this.outsideMatch(held.player);
    if (outside && !isPassing(outside)) throw refusal('not-seated');
    const seat = seats.byConnection(client.sessionId);
    const { generation } = held;
    const applied = await sequencer.run({ k: 'return', seat, generation });
    if (!applied || !seats.named(seat, generation)) throw refusal('moved');
    if (this.#uncounted.delete(client.sessionId)) await count(client);
    connections.open(client, seat, undefined, ports.wall() + TOKEN_GRACE_MS);
  }

  /** A socket closed; its seat is held. */
  drop(client: Client): void {
    const gone = this.#goes(client);
    // A client refused on return has no connection, but its seat stays held.
    if (!this.#o.connections.byConnection(client.sessionId)) this.#hold(client.sessionId);
    if (gone) this.#record({ k: 'drop', ...gone });
  }

  /** Logs `leave` only for a consented leave; Colyseus also calls this for other ends. */
  leave(client: Client, code: number | undefined): void {
    if (code !== CloseCode.CONSENTED) {
      this.drop(client);
      return;
    }
    const gone = this.#goes(client);
    if (gone) this.#record({ k: 'leave', ...gone });
  }

  /** A fresh token for a connection. */
  identify(connection: Connection, identity: Identity): void {
    connection.identity = identity;
    connection.expiresAt = identity.expiresAt + TOKEN_GRACE_MS;
  }

  /** Closes connections with expired tokens, which may return with fresh ones. */
  expire(): void {
    const now = this.#o.ports.wall();
    for (const { client, expiresAt } of [...this.#o.connections.all()]) {
      if (expiresAt <= now) this.#o.kick(client.sessionId, CLOSE.retry);
    }
  }

  /** Ends every connection of a session that was signed out, or of a player. */
  signOut(ended: Ended): void {
    const { connections, replica, kick } = this.#o;
    for (const { client, seat, identity, player } of [...connections.all()]) {
      // The session of the last presented token, not the one that took the seat.
      const session = identity?.session ?? replica.seats.at(seat)?.session;
      if ('player' in ended ? player === ended.player : session === ended.session)
        kick(client.sessionId, closeOf(ended));
    }
  }

  /** Releases the holds of seats that the last batch ended. */
  release(): void {
    const { connections, replica, ports } = this.#o;
    for (const connectionId of connections.orphanedHolds()) connections.release(connectionId);
    for (const player of replica.seats.takeLeavers())
      ports.seatGivenUp?.({ room: replica.genesis.room, kind: replica.machine.kind }, player);
  }

  #record(command: LogCommand): void {
    const { sequencer, ports } = this.#o;
    inBackground(ports.log, command.k, sequencer.run(command));
  }

  #goes(client: Client): Pick<Connection, 'seat' | 'generation'> | undefined {
    const { connections, replica } = this.#o;
    const connection = connections.of(client);
    if (!connection || !connections.close(client)) return undefined;
    const { seat, generation } = connection;
    return replica.seats.named(seat, generation) ? { seat, generation } : undefined;
  }

  #hold(connectionId: string): void {
    const { connections, replica } = this.#o;
    const held = replica.seats.at(replica.seats.byConnection(connectionId));
    if (held && !this.#closed) connections.hold(connectionId, held.generation);
  }

  #displace(connectionId: string): void {
    const { connections, kick } = this.#o;
    const old = connections.byConnection(connectionId);
    if (old) {
      connections.close(old.client);
      kick(connectionId, CLOSE.displaced);
    } else connections.release(connectionId);
  }
}
