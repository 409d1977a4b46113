/** The three requests of the room protocol; nothing else reaches a room. See `schema/protocol.ts`. */
import type { Client } from '@colyseus/core';
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import type { Connection } from '#rooms/host/connections.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import {
  REQUEST,
  type RefreshReply,
  type Refused,
  type ResumeReply,
  refreshRequest,
  resumeRequest,
  type SubmitReply,
  submitRequest,
} from '#schema/protocol.ts';
import { isPassing, type RefusalCode } from '#schema/refusals.ts';

type Answer<T> = Promise<T | Refused>;

export function answerRequests(room: DurableRoom, ports: RoomPorts): void {
  /** Also one that was sent as a message, whose answer the library throws away: it may not reject. */
  const answer = (request: string, answering: (client: Client, payload: unknown) => Answer<unknown>) => {
    // biome-ignore lint/suspicious/noExplicitAny: the library takes the promise of an answer, and its types do not say so
    const answered: (client: Client, payload: unknown) => any = (client, payload) =>
      answering(client, payload).catch(({ name, message }: Error) => {
        ports.log.error({ room: room.roomId, request, error: name, reason: message }, 'request failed');
        return refused('busy');
      });
    room.onMessage(request, answered);
  };
  answer(REQUEST.resume, (client, payload) => resume(room, ports, client, payload));
  answer(REQUEST.submit, (client, payload) => submit(room, client, payload));
  answer(REQUEST.refresh, (client, payload) => refresh(room, ports, client, payload));
}

async function resume(room: DurableRoom, ports: RoomPorts, client: Client, payload: unknown): Answer<ResumeReply> {
  const asked = resumeRequest.safeParse(payload);
  if (!asked.success) return refused('malformed', asked.error.issues[0]?.path.join('.'));
  const connection = room.connections.of(client);
  if (!connection) return refused('moved');
  const { outbox, token } = asked.data;
  if (token !== undefined) {
    const code = await identify(room, ports, connection, token);
    if (code) return refused(code);
  }
  if (!connection.identity) return refused('unauthenticated', 'token');
  const { replica, gate } = room;
  const box = replica.outboxes.get(outbox);
  if (box && box.player !== connection.player) return refused('forbidden', 'outbox');
  connection.outbox = outbox;
  const now = ports.now();
  return {
    ok: true,
    machine: replica.machine.name,
    expect: gate.expects(outbox),
    seq: replica.seq,
    seat: connection.seat,
    player: connection.player,
    now,
    playTime: replica.playTime(now),
    paused: room.sequencer.paused,
  };
}

async function submit(room: DurableRoom, client: Client, payload: unknown): Answer<SubmitReply> {
  const asked = submitRequest.safeParse(payload);
  if (!asked.success) return refused('malformed', asked.error.issues[0]?.path.join('.'));
  const connection = room.connections.of(client);
  if (!connection) return refused('moved');
  const { outbox, identity, player, correlationId } = connection;
  if (outbox === undefined || !identity) return refused('not-resumed');
  const { first, commands } = asked.data;
  const sent = commands.map(({ type, payload }, i) => ({ id: first + i, type, payload }));
  return { ok: true, replies: await room.gate.submit({ player, roles: identity.roles, outbox, correlationId }, sent) };
}

async function refresh(room: DurableRoom, ports: RoomPorts, client: Client, payload: unknown): Answer<RefreshReply> {
  const asked = refreshRequest.safeParse(payload);
  if (!asked.success) return refused('malformed', asked.error.issues[0]?.path.join('.'));
  const connection = room.connections.of(client);
  if (!connection) return refused('moved');
  const code = await identify(room, ports, connection, asked.data.token);
  const outside = await room.seatPresence.outsideMatch(connection.player);
  if (outside && !isPassing(outside)) {
    await room.seatPresence.dismiss(connection.player);
    return refused(outside);
  }
  return code ? refused(code) : { ok: true, expiresAt: connection.identity?.expiresAt ?? 0, now: ports.now() };
}

/** A token counts only for the player whose seat this is. */
async function identify(
  room: DurableRoom,
  { authenticate }: RoomPorts,
  connection: Connection,
  token: string,
): Promise<RefusalCode | undefined> {
  const identity = await authenticate(token);
  if ('refused' in identity) return identity.refused;
  if (identity.player !== connection.player || !room.seatPresence.mayJoin(identity)) return 'forbidden';
  room.seatPresence.identify(connection, identity);
  return undefined;
}

function refused(code: RefusalCode, field?: string): Refused {
  return { ok: false, code, ...(field && { field }) };
}
