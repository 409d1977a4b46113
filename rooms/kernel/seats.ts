/** Who sits where in one room. A seat is a player's, not a connection's. */
import type { Seat } from '#rooms/kernel/ledger.ts';
import type { LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';

type Joined = Extract<LogCommand, { k: 'join' }>;

export class Seats {
  readonly #max: number;
  readonly #yields: boolean;
  readonly #seats: (Seat | null)[];
  readonly #byPlayer = new Map<string, number>();
  generations: number;
  /** Players who left since that was last asked. */
  readonly #leavers = new Set<string>();

  constructor(machine: AnyMachine, seats: (Seat | null)[], generations: number) {
    this.#max = machine.seats.max;
    this.#yields = machine.seats.yields ?? false;
    this.#seats = seats.map((seat) => seat && { ...seat });
    this.#seats.forEach((seat, i) => {
      if (seat) this.#byPlayer.set(seat.player, i);
    });
    this.generations = generations;
  }

  /** The player's seat, -1 without one. */
  of(player: string): number {
    return this.#byPlayer.get(player) ?? -1;
  }
  at(seat: number): Readonly<Seat> | undefined {
    return this.#seats[seat] ?? undefined;
  }
  playerOf(seat: number): string {
    return this.#seats[seat]?.player ?? '';
  }
  /** Pseudonyms by seat; `''` where nobody sits. */
  players(): string[] {
    return this.#seats.map((seat) => seat?.player ?? '');
  }
  /** The seat, if it still is that generation's. */
  named(seat: number, generation: number): Readonly<Seat> | undefined {
    const held = this.#seats[seat];
    return held?.generation === generation ? held : undefined;
  }
  byConnection(connectionId: string): number {
    return connectionId === '' ? -1 : this.#seats.findIndex((seat) => seat?.connectionId === connectionId);
  }

  /** Another client took the player's seat since this one had it. */
  isDisplaced({ player, holder, returning }: Omit<Joined, 'k'>): boolean {
    const held = this.at(this.of(player));
    return returning === true && held !== undefined && held.holder !== holder;
  }

  /** Seats the player, in their own seat again or the first free one; -1 when all are taken. */
  take({ player, connectionId, session, holder = '' }: Omit<Joined, 'k'>): number {
    let seat = this.of(player);
    if (seat < 0) {
      seat = this.#seats.indexOf(null);
      if (seat < 0 && this.#seats.length < this.#max) seat = this.#seats.length;
      if (seat < 0) return -1;
    }
    this.#seats[seat] = {
      player,
      connectionId,
      session,
      holder,
      generation: ++this.generations,
      connected: true,
      droppedAt: 0,
    };
    this.#byPlayer.set(player, seat);
    return seat;
  }

  move(kind: 'drop' | 'return' | 'leave', seat: number, playTime: number): void {
    const held = this.#seats[seat];
    if (!held) return;
    if (kind === 'leave') {
      this.#seats[seat] = null;
      this.#byPlayer.delete(held.player);
      this.#leavers.add(held.player);
    } else {
      held.connected = kind === 'return';
      held.droppedAt = kind === 'drop' ? playTime : 0;
    }
  }

  /** Seats with a connection; the bot, which has none, never drops. */
  connected(): number[] {
    return this.#where((seat) => seat.connected && seat.connectionId !== '');
  }
  held(): number[] {
    return this.#where(() => true);
  }

  lapsed(playTime: number, lapseMs: number): number[] {
    return this.#where((seat) => !seat.connected && seat.droppedAt + lapseMs <= playTime);
  }
  /** playTime at which the next absent seat lapses. */
  nextLapse(lapseMs: number): number | undefined {
    if (!Number.isFinite(lapseMs)) return undefined;
    let at: number | undefined;
    for (const seat of this.#seats) {
      if (!seat || seat.connected) continue;
      const lapse = seat.droppedAt + lapseMs;
      if (at === undefined || lapse < at) at = lapse;
    }
    return at;
  }

  /** The seat that a newcomer gets of a machine whose seats yield, when all are taken and somebody is absent. */
  yielded(): number[] {
    if (!this.#yields || this.#byPlayer.size < this.#max) return [];
    const absent = this.#where(({ connected }) => !connected);
    return absent.toSorted((a, b) => (this.at(a)?.droppedAt ?? 0) - (this.at(b)?.droppedAt ?? 0)).slice(0, 1);
  }

  /** Players who gave up a seat since the last call, also in a replay, and have none now. */
  takeLeavers(): string[] {
    if (this.#leavers.size === 0) return [];
    const gone = [...this.#leavers].filter((player) => !this.#byPlayer.has(player));
    this.#leavers.clear();
    return gone;
  }

  dump(): (Seat | null)[] {
    return this.#seats.map((seat) => seat && { ...seat });
  }

  #where(test: (seat: Seat) => boolean): number[] {
    const out: number[] = [];
    this.#seats.forEach((seat, i) => {
      if (seat && test(seat)) out.push(i);
    });
    return out;
  }
}
