/** What a client in one seat has decoded of a room: the machine's state, without what is hidden from that seat. */
import { Decoder, type Schema } from '@colyseus/schema';
import type { Replica } from '#rooms/kernel/replica.ts';
import { SeatView } from '#rooms/kernel/seat-view.ts';
import type { RoomState } from '#schema/states.ts';

/** @throws HookFault when the machine's `view` does. */
export function seenBy(replica: Replica, seat: number): RoomState {
  const state = new replica.machine.State() as RoomState;
  new Decoder(state as Schema, replica.encoder.context).decode(fullState(replica, seat));
  return state;
}

/** The bytes with which a client in `seat` starts. They lie in the encoder's buffer: use them before it is used again. */
export function fullState({ encoder, hooks }: Replica, seat: number): Uint8Array {
  const view = new SeatView();
  try {
    hooks.show(view, seat);
    const it = { offset: 0 };
    const shared = encoder.encodeAll(it);
    return encoder.context.hasFilters ? encoder.encodeAllView(view.view, it.offset, { ...it }) : shared;
  } finally {
    view.dispose();
  }
}
