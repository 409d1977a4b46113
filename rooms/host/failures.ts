/** What becomes of a room when its machine, its log or its host broke. */
import type { DurableRoom } from '#rooms/DurableRoom.ts';
import { refusal } from '#rooms/host/enter.ts';
import { inBackground } from '#rooms/host/in-background.ts';
import { recover } from '#rooms/host/recovery.ts';
import { HookFault } from '#rooms/kernel/fault.ts';
import { JournalError } from '#rooms/ports.ts';

/** After a fault that the log would lead to again, the room is quarantined; else it goes on from its log. */
export function giveUp(given: DurableRoom, error: unknown): void {
  const { hosting, replica, sequencer } = given;
  const { log, meter } = hosting.ports;
  const { room, machine } = replica.genesis;
  const { name, message } = error as Error;
  if (error instanceof HookFault) {
    inBackground(log, 'stop', sequencer.stop());
    hosting.unload(given, 'failed', `at seq ${replica.seq}: ${message}`);
    return;
  }
  log.error({ room, machine, error: name, reason: message }, 'room failed; released by this process');
  const fenced = error instanceof JournalError && error.fate === 'fenced';
  if (!fenced) meter.fault(machine, name);
  hosting.unload(given, fenced ? 'fenced' : 'failed');
}

/** The fate of an append is unknown: the room goes on once the journal has told it. */
export async function clearDoubt(room: DurableRoom): Promise<void> {
  const { ports, mayRun } = room.hosting;
  const { replica, journal, sequencer } = room;
  try {
    await recover({ owner: ports.owner, replica, journal, sequencer, mayRun });
    if (mayRun()) room.resume();
  } catch (error) {
    await sequencer.stop();
    room.fail(error);
  }
}

/** What breaks while somebody comes in breaks the room, not the socket's handler. */
export async function contained(room: DurableRoom, coming: Promise<void>): Promise<void> {
  await coming.catch((error: unknown) => {
    if (!(error instanceof HookFault)) throw error;
    room.fail(error);
    throw refusal('moved');
  });
}
