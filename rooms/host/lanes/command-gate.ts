/**
 * Admission of commands to the log. A transient refusal is answered and consumes nothing. A final refusal is logged as
 * `void`, which consumes the command's id, so that the outbox continues.
 */

import type { z } from 'zod';
import { questionAbout } from '#rooms/host/question.ts';
import { Quota } from '#rooms/host/quota.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import { MAX_QUEUE } from '#rooms/host/sequencer.ts';
import { stepsOf, type Trace } from '#rooms/host/trace.ts';
import { readText, textOf } from '#rooms/kernel/codec.ts';
import { faultsOf } from '#rooms/kernel/ledger.ts';
import type { LogCommand, Origin } from '#rooms/kernel/log.ts';
import type { Access } from '#rooms/kernel/machine.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import type { Authorize } from '#rooms/ports.ts';
import { MAX_COMMAND, type Reply } from '#schema/protocol.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** Faults of one player after which the room refuses that player's commands. */
const MAX_FAULTS = 3;
/** Budget of one player's final refusals: each is a log entry, regardless of the command's own rate. */
const REFUSED = { points: 256, perMs: 60_000 };
/** Clients' outbox ids never contain a colon. */
const HOST_OUTBOX = 'host:room';

export type Sender = {
  player: string;
  roles: readonly string[];
  outbox: string;
  /** Id of the request or socket, for the trace only. */
  correlationId?: string | undefined;
};
export type Sent = { id: number; type: string; payload: unknown };

type Flight = { fingerprint: string; reply: Promise<Reply> };

export type CommandGateOptions = {
  room: string;
  replica: Replica;
  sequencer: Sequencer;
  authorize: Authorize;
  now: () => number;
  trace?: Trace | undefined;
};

export class CommandGate {
  readonly #o: CommandGateOptions;
  /** Commands in the sequencer, by outbox: id -> pending answer. */
  readonly #flights = new Map<string, Map<number, Flight>>();
  readonly #quotas = new Map<string, Quota>();

  constructor(options: CommandGateOptions) {
    this.#o = options;
  }

  /** The next id of this outbox. */
  expects(outbox: string): number {
    return (this.#o.replica.outboxes.get(outbox)?.next ?? 1) + (this.#flights.get(outbox)?.size ?? 0);
  }

  /** Submits commands with contiguous ids; those behind a transient refusal are gaps. */
  submit(sender: Sender, sent: readonly Sent[]): Promise<Reply[]> {
    if (this.#o.trace) return this.#follow(this.#o.trace, sender, sent);
    return Promise.all(sent.map((one) => this.#take(sender, one)));
  }

  /** Submits a command of the host itself, such as recording a rematch. */
  async tell(type: string, payload: unknown): Promise<void> {
    const { replica, sequencer } = this.#o;
    const id = replica.outboxes.get(HOST_OUTBOX)?.next ?? 1;
    const fingerprint = replica.print(type, payload);
    await sequencer.run({ k: 'do', type, payload, player: '', outbox: HOST_OUTBOX, id, fingerprint });
  }

  #follow(trace: Trace, sender: Sender, sent: readonly Sent[]): Promise<Reply[]> {
    const { room, replica } = this.#o;
    const follow = async (one: Sent) => {
      const answered = stepsOf(trace, room, replica.machine, sender, one);
      const reply = await this.#take(sender, one);
      answered(reply);
      return reply;
    };
    return Promise.all(sent.map(follow));
  }

  #take(sender: Sender, raw: Sent): Reply | Promise<Reply> {
    const { replica } = this.#o;
    const sent = { ...raw, payload: asLogged(raw.payload) };
    const { outbox, player } = sender;
    const box = replica.outboxes.get(outbox);
    if (box && box.player !== player) return refused('forbidden');
    const fingerprint = replica.print(sent.type, sent.payload);
    const flight = this.#flights.get(outbox)?.get(sent.id);
    if (flight) return flight.fingerprint === fingerprint ? flight.reply : refused('id-reused');
    const answered = box?.answers.find(({ id }) => id === sent.id);
    if (answered) return answered.fingerprint === fingerprint ? answered.reply : refused('id-reused');
    const expect = this.expects(outbox);
    if (sent.id !== expect) return { ...refused('gap'), expect };
    return this.#passing(player, sent) ?? this.#queue(sender, sent, { player, outbox, id: sent.id, fingerprint });
  }

  #passing(player: string, { type }: Sent): Reply | undefined {
    const { sequencer, replica } = this.#o;
    if (sequencer.stopped) return refused('moved');
    if (sequencer.paused) return refused('paused');
    if (sequencer.length >= MAX_QUEUE) return refused('busy');
    const rate = replica.machine.commands[type]?.rate;
    // Charged before the work, and refunded if the command is not refused.
    return (rate && this.#limited(`${player}\n${type}`, rate)) ?? this.#limited(`${player}\n`, REFUSED);
  }

  #limited(key: string, { points, perMs }: { points: number; perMs: number }): Reply | undefined {
    const { now } = this.#o;
    const quota = this.#quotas.get(key) ?? new Quota(points, perMs);
    this.#quotas.set(key, quota);
    const retryAfterMs = quota.take(now());
    return retryAfterMs > 0 ? { ...refused('rate'), retryAfterMs } : undefined;
  }

  #queue(sender: Sender, sent: Sent, origin: Origin): Promise<Reply> {
    const judged = this.#judge(sender, sent, origin);
    const { field } = judged;
    const reply = this.#o.sequencer.run(judged.command, sender.correlationId).then((applied): Reply => {
      flights.delete(origin.id);
      if (flights.size === 0) this.#flights.delete(origin.outbox);
      if (!applied?.refusal) this.#quotas.get(`${origin.player}\n`)?.giveBack();
      if (!applied) return refused('moved');
      const { seq, refusal } = applied;
      if (!refusal) return { ok: true, seq };
      return { ...refused(refusal), seq, ...(field !== undefined && { field }) };
    });
    const flights = this.#flights.get(origin.outbox) ?? new Map<number, Flight>();
    this.#flights.set(origin.outbox, flights);
    flights.set(origin.id, { fingerprint: origin.fingerprint, reply });
    return reply;
  }

  #judge(sender: Sender, sent: Sent, origin: Origin): { command: LogCommand; field?: string } {
    const { replica, authorize, room } = this.#o;
    const none = (code: RefusalCode, field?: string) => ({
      command: { k: 'void', code, ...origin } as const,
      ...(field !== undefined && { field }),
    });
    const kind = Object.hasOwn(replica.machine.commands, sent.type) ? replica.machine.commands[sent.type] : undefined;
    if (!kind) return none('unknown-command', 'type');
    if (faultsOf(replica.faults, sender.player) >= MAX_FAULTS) return none('fault');
    if (sent.payload === UNPRINTABLE) return none('malformed', 'payload');
    if (sent.payload === OVERSIZED) return none('oversized', 'payload');
    const parsed = parsedBy(kind.payload, sent.payload);
    if (!parsed) return none('fault', 'payload');
    if (!parsed.success) return none('malformed', ['payload', ...(parsed.error.issues[0]?.path ?? [])].join('.'));
    const may = (access: Access) => authorize(questionAbout(room, sender, access)).allowed;
    if (!may(kind.access ?? replica.machine.access)) return none('forbidden');
    const grants = Object.keys(kind.grants ?? {}).filter((name) => may(kind.grants?.[name] as Access));
    return {
      command: {
        k: 'do',
        type: sent.type,
        ...origin,
        ...(parsed.data !== undefined && { payload: parsed.data }),
        ...(grants.length > 0 && { grants }),
      },
    };
  }

  /** Deletes quotas that are full again; called periodically. */
  sweep(): void {
    for (const [key, quota] of this.#quotas) if (quota.isFull(this.#o.now())) this.#quotas.delete(key);
  }
}

/** Stands for a payload that the log does not hold, such as a bigint or something nested without end. */
const UNPRINTABLE = '\u0000unprintable';
/** Placeholder for an oversized payload, which is not processed further. */
const OVERSIZED = '\u0000oversized';

/** What the log will give back: frames are MessagePack, which knows more kinds of value than the log. */
function asLogged(payload: unknown): unknown {
  if (payload === undefined) return undefined;
  try {
    const text = textOf(payload);
    return Buffer.byteLength(text) > MAX_COMMAND ? OVERSIZED : readText(text);
  } catch {
    return UNPRINTABLE;
  }
}

/** Undefined if the machine's own part of a schema throws, or is asynchronous. */
function parsedBy(schema: z.ZodType, payload: unknown): z.ZodSafeParseResult<unknown> | undefined {
  try {
    return schema.safeParse(payload);
  } catch {
    return undefined;
  }
}

function refused(code: RefusalCode): Extract<Reply, { ok: false }> {
  return { ok: false, code };
}
