/**
 * Follows single commands from who sent them to the log and back. There is none unless such lines are wanted:
 * then nobody pays for lines that nobody reads. They carry no payload, no name and no token.
 */
import type { Sender, Sent } from '#rooms/host/lanes/command-gate.ts';
import { REST_OUTBOX } from '#rooms/kernel/ledger.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Reply } from '#schema/protocol.ts';

export type Trace = (fields: object, message: string) => void;

/** A command, as a line may tell of it. `correlationId` is its request or its socket. */
export function stepsOf(
  trace: Trace,
  room: string,
  { commands }: AnyMachine,
  { correlationId, player, outbox }: Sender,
  sent: Sent,
) {
  // What a client calls a command, or a request by REST its key, may be any text.
  const type = Object.hasOwn(commands, sent.type) ? sent.type : undefined;
  const box = outbox.startsWith(REST_OUTBOX) ? undefined : outbox;
  const command = { correlationId, room, player, outbox: box, id: sent.id, type };
  trace(command, 'command received');
  return (reply: Reply) => {
    if (reply.ok) trace({ ...command, seq: reply.seq }, 'command acknowledged');
    else trace({ ...command, refusal: reply.code, seq: reply.seq }, 'command refused');
  };
}
