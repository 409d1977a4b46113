import { ZodError } from 'zod';
import type { LogCommand } from '#rooms/kernel/log.ts';

/** Stored with the quarantined room, so bounded. */
const MAX_REASON = 200;

/** A machine threw while handling the command at `seq`: discard the replica, reload and skip the command. */
export class MachineFault extends Error {
  readonly seq: number;
  readonly command: LogCommand;
  constructor(seq: number, command: LogCommand, cause: unknown) {
    super(`the machine threw at seq ${seq}: ${reasonOf(cause)}`, { cause });
    this.seq = seq;
    this.command = command;
  }
}

/** A machine function outside of a command threw, or returned an invalid value. */
export class HookFault extends Error {
  readonly hook: string;
  constructor(hook: string, cause: unknown) {
    super(`${hook}: ${reasonOf(cause)}`, { cause });
    this.hook = hook;
  }
}

/** A thrown value may be of any type. */
function reasonOf(cause: unknown): string {
  try {
    if (cause instanceof ZodError) {
      const [issue] = cause.issues;
      return [...(issue?.path ?? []), issue?.message].join('.').slice(0, MAX_REASON);
    }
    return (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_REASON);
  } catch {
    return 'it cannot be said why';
  }
}
