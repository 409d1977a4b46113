/**
 * One room's deterministic core: a machine, its state and the ledger, moved on by batches of the log
 * and by nothing else. The owner of a room, its restore, a replay and the laws all run this same code.
 * Longer than other files: in pieces, the ledger that only this may write would have to be open to them.
 */
import { Encoder, type Schema } from '@colyseus/schema';
import { type Actor, HOST, LogContext } from '#rooms/kernel/context.ts';
import { bothOf, earliest } from '#rooms/kernel/deadlines.ts';
import { MachineFault } from '#rooms/kernel/fault.ts';
import { defaultsOf } from '#rooms/kernel/fields.ts';
import { Fingerprints } from '#rooms/kernel/fingerprints.ts';
import { Hooks, refusalIn, sync } from '#rooms/kernel/hooks.ts';
import { emptyLedger, finished, type Ledger, Outboxes, withFault } from '#rooms/kernel/ledger.ts';
import type { Batch, Genesis, Input, LogCommand, Origin } from '#rooms/kernel/log.ts';
import type { AnyMachine, Context, Deadline } from '#rooms/kernel/machine.ts';
import { Seats } from '#rooms/kernel/seats.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import { build, dump, pinRest, refIdsOf } from '#rooms/kernel/tree.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { RoomState } from '#schema/states.ts';

/** What happened to one command. `refusal` is a verdict: it stays in the log and changed nothing. */
export type Applied = { seq: number; command: LogCommand; refusal?: RefusalCode };

export class Replica {
  readonly machine: AnyMachine;
  readonly genesis: Genesis;
  readonly state: RoomState;
  readonly secret: unknown;
  /** Owns the refIds; the room's serializer encodes with it. */
  readonly encoder: Encoder;
  readonly seats: Seats;
  readonly outboxes: Outboxes;
  /** What the machine is asked beside commands. */
  readonly hooks: Hooks;
  readonly #ledger: Ledger;
  readonly #fingerprints: Fingerprints;

  private constructor(
    machine: AnyMachine,
    genesis: Genesis,
    ledger: Ledger,
    state: RoomState,
    secret: unknown,
    next?: number,
  ) {
    this.machine = machine;
    this.genesis = genesis;
    this.state = state;
    this.secret = secret;
    this.#ledger = { ...ledger, outcomes: [...ledger.outcomes] };
    this.seats = new Seats(machine, ledger.seats, ledger.generations);
    this.outboxes = new Outboxes(ledger.outboxes);
    this.#fingerprints = new Fingerprints(genesis.seed);
    this.hooks = new Hooks(machine, state, secret);
    const nextRefId = pinRest(state as Schema, next);
    this.encoder = new Encoder(state as Schema);
    (this.encoder.root as unknown as { nextUniqueId: number }).nextUniqueId = nextRefId;
  }

  /** A new room at seq 0. Throws a ZodError when the genesis' config does not fit the machine. */
  static genesis(machine: AnyMachine, genesis: Genesis): Replica {
    const replica = new Replica(
      machine,
      genesis,
      emptyLedger(genesis.createdAt),
      new machine.State(),
      machine.secret(),
    );
    replica.state.clockOffset = genesis.createdAt;
    sync(machine.setup(replica.state, machine.config.parse(genesis.config ?? {}), replica.#context(HOST)));
    replica.encoder.discardChanges();
    return replica;
  }

  static restore(machine: AnyMachine, snapshot: Snapshot): Replica {
    const state = build(machine.State, snapshot.state) as RoomState;
    const { genesis, ledger, nextRefId } = snapshot;
    const replica = new Replica(machine, genesis, ledger, state, structuredClone(snapshot.secret), nextRefId);
    // Every client starts from a full state; one that also got the building of it would see arrays grow twice.
    replica.encoder.discardChanges();
    return replica;
  }

  /** Machine and ledger between two batches, as plain data. */
  snapshot(version: string): Snapshot {
    return {
      genesis: this.genesis,
      version,
      defaults: defaultsOf(this.machine.State),
      ledger: this.ledger(),
      state: dump(this.state as Schema),
      secret: structuredClone(this.secret),
      nextRefId: (this.encoder.root as unknown as { nextUniqueId: number }).nextUniqueId,
    };
  }

  ledger(): Ledger {
    return {
      ...this.#ledger,
      outcomes: [...this.#ledger.outcomes],
      generations: this.seats.generations,
      seats: this.seats.dump(),
      outboxes: this.outboxes.entries(),
    };
  }

  get seq(): number {
    return this.#ledger.seq;
  }
  get batch(): number {
    return this.#ledger.batch;
  }
  get now(): number {
    return this.#ledger.now;
  }
  get tick(): number {
    return this.#ledger.tick;
  }
  /** seq of the result; 0 while there is none. */
  get endedAt(): number {
    return this.#ledger.endedAt;
  }
  /** Refusals of the last batch. */
  get verdicts(): Ledger['verdicts'] {
    return this.#ledger.verdicts;
  }
  get outcomes(): Ledger['outcomes'] {
    return this.#ledger.outcomes;
  }
  get faults(): Ledger['faults'] {
    return this.#ledger.faults;
  }
  /** playTime at the wall clock `now`. */
  playTime(now = this.#ledger.now): number {
    return now - this.#ledger.offset;
  }

  /**
   * Applies one batch. `skips` names the seqs that a later `skip` entry takes out.
   * @throws MachineFault when a machine function throws; the replica must then be thrown away.
   */
  apply(batch: Batch, skips?: ReadonlySet<number>): Applied[] {
    const ledger = this.#ledger;
    ledger.now = Math.max(ledger.now, batch.now);
    ledger.batch++;
    const applied: Applied[] = [];
    for (const command of batch.commands) {
      const seq = ++ledger.seq;
      const refusal = skips?.has(seq) ? this.#skipped(command) : this.#guarded(seq, command);
      applied.push(refusal ? { seq, command, refusal } : { seq, command });
    }
    ledger.verdicts = applied.flatMap(({ seq, refusal }) => (refusal ? [[seq, refusal]] : []));
    this.state.seq = ledger.seq;
    return applied;
  }

  #guarded(seq: number, command: LogCommand): RefusalCode | undefined {
    try {
      const refusal = this.#handle(command);
      this.#watchOutcome();
      return refusal;
    } catch (cause) {
      throw new MachineFault(seq, command, cause);
    }
  }

  #handle(command: LogCommand): RefusalCode | undefined {
    const { machine, state } = this;
    switch (command.k) {
      case 'tick':
        return this.#tick(command);
      case 'do':
        return this.#record(command, this.#act(command));
      case 'void':
        return this.#record(command, command.code);
      case 'join':
        return this.#join(command);
      case 'drop':
      case 'return':
      case 'leave':
        if (!this.seats.named(command.seat, command.generation)) return;
        return this.#move(command.k, command.seat);
      case 'wake':
        for (const seat of this.seats.lapsed(this.playTime(), this.hooks.lapseMs())) this.#move('leave', seat);
        sync(machine.wake?.(state, this.#context(HOST)));
        return;
      case 'adopt':
        this.#shift(command.gap);
        for (const seat of this.seats.connected()) this.#move('drop', seat);
        return;
      case 'resume':
        this.#shift(command.gap);
        return;
      case 'skip':
        return;
      case 'confirm':
        this.#ledger.outcomes = this.#ledger.outcomes.filter((outcome) => outcome.seq !== command.seq);
        return;
      default:
        command satisfies never;
    }
  }

  #tick({ n = 1, inputs }: { n?: number; inputs?: readonly Input[] }): undefined {
    for (let step = 0; step < n; step++) {
      this.#ledger.tick++;
      sync(this.machine.step?.(this.state, this.#context({ ...HOST, inputs, step })));
    }
  }

  #act({ type, payload, player, grants }: Extract<LogCommand, { k: 'do' }>): RefusalCode | undefined {
    const command = this.machine.commands[type];
    if (!command) return 'unknown-command';
    const ctx = this.#context({ player, seat: this.seats.of(player), grants });
    const refusal = refusalIn(command.check?.(this.state, payload, ctx), this.machine);
    if (refusal) return refusal;
    sync(command.apply(this.state, payload, ctx));
    return;
  }

  #record(origin: Origin, refusal: RefusalCode | undefined): RefusalCode | undefined {
    const { seq } = this.#ledger;
    const reply = refusal ? ({ ok: false, code: refusal, seq } as const) : ({ ok: true, seq } as const);
    this.outboxes.answer(origin.outbox, origin.player, { id: origin.id, fingerprint: origin.fingerprint, reply });
    return refusal;
  }

  #join(command: Extract<LogCommand, { k: 'join' }>): RefusalCode | undefined {
    const { player } = command;
    const held = this.seats.of(player);
    if (this.seats.isDisplaced(command)) return 'displaced';
    const refusal =
      held < 0 &&
      refusalIn(this.machine.admit?.(this.state, player, this.#context({ player, seat: held })), this.machine);
    if (refusal) return refusal;
    for (const gone of held < 0 ? this.seats.yielded() : []) this.#move('leave', gone);
    const seat = this.seats.take(command);
    if (seat < 0) return 'room-full';
    const hook = held < 0 ? 'join' : 'return';
    sync(this.machine[hook]?.(this.state, { seat, player }, this.#context({ player, seat })));
    return;
  }

  #move(kind: 'drop' | 'return' | 'leave', seat: number): undefined {
    const player = this.seats.playerOf(seat);
    this.seats.move(kind, seat, this.playTime());
    sync(this.machine[kind]?.(this.state, { seat, player }, this.#context({ player, seat })));
  }

  #shift(gap: number): void {
    this.#ledger.offset += gap;
    this.state.clockOffset = this.#ledger.offset;
  }

  /** A skipped command still has its place and its answer, so that its outbox goes on. */
  #skipped(command: LogCommand): RefusalCode {
    if (command.k !== 'do') return 'fault';
    this.#ledger.faults = withFault(this.#ledger.faults, command.player);
    this.#record(command, 'fault');
    return 'fault';
  }

  #watchOutcome(): void {
    const ledger = this.#ledger;
    if (ledger.endedAt > 0) return;
    const result = this.hooks.outcome();
    if (!result) return;
    finished(ledger, { ...result, players: result.players ?? this.seats.players() }, this.genesis.createdAt);
  }

  #context(actor: Actor): Context {
    return new LogContext(this.genesis.seed, this.#ledger, this.secret, actor);
  }

  /** When the host must submit `wake`: the machine's deadline or the first lapsing seat. */
  deadlines(): readonly Deadline[] {
    return bothOf(this.hooks.deadline(), this.seats.nextLapse(this.hooks.lapseMs()));
  }

  /** Wall ms of the earliest deadline, as things stand; undefined without one. */
  nextWake(): number | undefined {
    return earliest(this.deadlines(), this.#ledger.offset);
  }

  /** Fingerprint of machine state and secret; leaves out seq, refIds and ledger. */
  hash(): string {
    return this.#fingerprints.ofState(this.state, this.secret);
  }

  /** What tells this room after this batch from any other: its state, and what the batch refused. */
  proof(): string {
    return `${this.hash()} ${JSON.stringify(this.verdicts)}`;
  }

  refIds(): number[] {
    return refIdsOf(this.state as Schema);
  }

  print(type: string, payload: unknown): string {
    return this.#fingerprints.ofCommand(type, payload);
  }
}
