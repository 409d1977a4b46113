/**
 * Rooms of a load test answer one request more than the product's: `digest`, of what the asking seat sees now. Between
 * two batches a room's state is what its last patch showed, and a socket is in order: whoever reads the answer must
 * have decoded a state of the same digest. Encoded and decoded here anew, for the wire rounds numbers.
 */
import { hash } from 'node:crypto';
import { type Client, matchMaker } from '@colyseus/core';
import { type Encoder, Reflection, type StateView } from '@colyseus/schema';
import { DurableRoom } from '#rooms/DurableRoom.ts';
import { canonical } from '../k6/room/digest.ts';

/** The type of that request. */
export const DIGEST = 'digest';

export type Digest = { seq: number; digest: string };

/** Every durable room of this process, those that are here and those to come. */
export async function answerDigests(): Promise<void> {
  const attach = (room: unknown) => {
    if (room instanceof DurableRoom) room.onMessage(DIGEST, (client: Client) => digestOf(room, client));
  };
  for (const handler of Object.values(matchMaker.getAllHandlers())) handler.on('create', attach);
  for (const { roomId } of await matchMaker.query({})) attach(matchMaker.getLocalRoomById(roomId));
}

function digestOf({ replica, connections }: DurableRoom, client: Client): Digest {
  const { encoder, seq } = replica;
  const state = decoded(encoder, connections.of(client)?.view?.view);
  return { seq, digest: hash('sha1', canonical(state)) };
}

/** As somebody who comes now would decode it. */
function decoded(encoder: Encoder, view: StateView | undefined): { toJSON(): unknown } {
  const decoder = Reflection.decode(Reflection.encode(encoder));
  const it = { offset: 0 };
  const shared = encoder.encodeAll(it);
  const bytes = view ? encoder.encodeAllView(view, it.offset, { ...it }) : shared;
  decoder.decode(Uint8Array.from(bytes));
  return decoder.state;
}
