/** Who is here, counted in connections and shown as people. Pure, on the lobby's state. */
import { Guest, type LobbyState } from '#schema/lobby.ts';

export type Person = { player: string; name: string; since: number };

export class Presence {
  readonly #state: LobbyState;
  readonly #connections = new Map<string, number>();
  /** Those whose connections other processes have. */
  #elsewhere: ReadonlyMap<string, Person> = new Map();

  constructor(state: LobbyState) {
    this.#state = state;
  }

  /** Who was not here before. */
  enter(player: string, name: string, now: number): Person | undefined {
    const before = this.#connections.get(player);
    this.#connections.set(player, (before ?? 0) + 1);
    const person = { player, name, since: this.#state.guests.get(player)?.since ?? now };
    this.#show(person);
    return before === undefined ? person : undefined;
  }

  /** One connection less. The guest stays shown until `forget`, so that a reload is no coming and going. */
  exit(player: string): void {
    this.#connections.set(player, (this.#connections.get(player) ?? 1) - 1);
  }

  /** Takes the guest away unless a connection is left; true when none is left here. */
  forget(player: string): boolean {
    if ((this.#connections.get(player) ?? 0) > 0) return false;
    this.#connections.delete(player);
    if (!this.#elsewhere.has(player)) this.#state.guests.delete(player);
    return true;
  }

  /** Who is in the lobby by way of other processes. */
  others(people: Iterable<Person>): void {
    const before = this.#elsewhere;
    this.#elsewhere = new Map(Array.from(people, (person) => [person.player, person]));
    for (const person of this.#elsewhere.values()) if (!this.#connections.has(person.player)) this.#show(person);
    for (const player of before.keys()) {
      if (!this.#elsewhere.has(player) && !this.#connections.has(player)) this.#state.guests.delete(player);
    }
  }

  #show({ player, name, since }: Person): void {
    const known = this.#state.guests.get(player);
    if (known) known.name = name;
    else this.#state.guests.set(player, new Guest().assign({ player, name, since }));
  }
}
