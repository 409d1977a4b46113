/** A room without a host: the kernel's own replica, driven by hand and keeping its log. For tests. */
import type { Batch, Genesis, Input, LogCommand } from '#rooms/kernel/log.ts';
import { decodeEntry, encodeEntry, LOG_FORMAT } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { keyedRandom, type Random, type Seed } from '#rooms/kernel/random.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import type { RefusalCode } from '#schema/refusals.ts';

export const SEED: Seed = [1, 2, 3, 4, 5, 6, 7, 8];
export const NOON = Date.UTC(2024, 0, 1, 12);

export function genesisOf(machine: AnyMachine, config: unknown = {}, seed: Seed = SEED): Genesis {
  const about = { format: LOG_FORMAT, version: 'test', room: 'room', journal: 'journal' } as const;
  return { ...about, machine: machine.name, seed, config, createdAt: NOON };
}

export type State<M extends AnyMachine> = InstanceType<M['State']>;

export class Rehearsal<M extends AnyMachine> {
  readonly machine: M;
  readonly genesis: Genesis;
  readonly log: Batch[] = [];
  replica: Replica;
  now = NOON;
  #commands = 0;

  constructor(machine: M, config?: unknown, seed?: Seed, replica?: Replica) {
    this.machine = machine;
    this.genesis = replica?.genesis ?? genesisOf(machine, config, seed);
    this.replica = replica ?? Replica.genesis(machine, this.genesis);
  }

  /** The same room, brought back from a snapshot that has been written down. */
  restored(): Rehearsal<M> {
    const snapshot = decodeEntry<Snapshot>(encodeEntry(this.replica.snapshot('test')));
    const { config, seed } = this.genesis;
    const twin = new Rehearsal(this.machine, config, seed, Replica.restore(this.machine, snapshot));
    twin.now = this.now;
    twin.#commands = this.#commands;
    return twin;
  }

  /** Dice outside the log, as the host gives them to a bot. */
  random(): Random {
    return keyedRandom(this.genesis.seed, 2 ** 40 + this.replica.seq);
  }

  get state(): State<M> {
    return this.replica.state as State<M>;
  }
  get playTime(): number {
    return this.replica.playTime(this.now);
  }

  /** One batch of one command; answers its refusal. */
  apply(command: LogCommand): RefusalCode | undefined {
    const batch: Batch = { now: this.now, commands: [command] };
    this.log.push(batch);
    return this.replica.apply(batch)[0]?.refusal;
  }

  join(player: string): RefusalCode | undefined {
    return this.apply({ k: 'join', player, connectionId: `session-of-${player}`, session: `login-of-${player}` });
  }
  drop(player: string): void {
    this.#move('drop', player);
  }
  comeBack(player: string): void {
    this.#move('return', player);
  }
  leave(player: string): void {
    this.#move('leave', player);
  }

  /** As the gate does it: what does not fit the payload's schema never reaches the machine. */
  do(player: string, type: string, payload?: unknown, grants: string[] = []): RefusalCode | undefined {
    const parsed = this.machine.commands[type]?.payload.safeParse(payload);
    if (parsed && !parsed.success) return 'malformed';
    const id = ++this.#commands;
    const origin = { player, outbox: `outbox-${player}`, id, fingerprint: '' };
    return this.apply({ k: 'do', ...origin, type, payload: parsed?.data, ...(grants.length > 0 && { grants }) });
  }

  /** Lets time go by, waking the machine whenever it asked to be. */
  later(ms: number): void {
    const until = this.now + ms;
    for (let wake = this.replica.nextWake(); wake !== undefined && wake <= until; wake = this.replica.nextWake()) {
      this.now = Math.max(this.now, wake);
      this.apply({ k: 'wake' });
      const again = this.replica.nextWake();
      if (again !== undefined && again <= this.now) throw new Error(`woken at ${wake}, it wants ${again} again`);
    }
    this.now = until;
  }

  /** The process dies and another takes the room over after `ms`. */
  adopt(ms: number): void {
    this.now += ms;
    this.apply({ k: 'adopt', gap: ms });
  }

  /** One step with what people sent for it. */
  tick(sent: Readonly<Record<string, Uint8Array>> = {}): void {
    this.now += 1000 / (this.machine.rate ?? 20);
    const { seats } = this.replica;
    // As the host has it: of connections alone.
    const inputs = Object.entries(sent)
      .map(([who, bytes]): Input => [seats.of(who), bytes])
      .filter(([seat]) => seats.at(seat)?.connected)
      .sort(([a], [b]) => a - b);
    this.apply({ k: 'tick', ...(inputs.length > 0 && { inputs }) });
  }
  /** Steps that nobody sent anything for, as one entry. */
  ticks(n: number): void {
    this.now += (n * 1000) / (this.machine.rate ?? 20);
    this.apply({ k: 'tick', n });
  }

  #move(k: 'drop' | 'return' | 'leave', player: string): void {
    const seat = this.replica.seats.of(player);
    this.apply({ k, seat, generation: this.replica.seats.at(seat)?.generation ?? -1 });
  }
}
