import type { LogCommand } from '#rooms/kernel/log.ts';

/** A machine threw while handling the command at `seq`: the replica is void, reload and skip it. */
export class MachineFault extends Error {
  readonly seq: number;
  readonly command: LogCommand;
  constructor(seq: number, command: LogCommand, cause: unknown) {
    super(`the machine threw at seq ${seq}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.seq = seq;
    this.command = command;
  }
}
