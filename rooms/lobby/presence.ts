/** Who is here, counted in connections and shown as people. Pure, on the lobby's state. */
import { Guest, type LobbyState } from '#schema/lobby.ts';

export class Presence {
  readonly #state: LobbyState;
  readonly #connections = new Map<string, number>();

  constructor(state: LobbyState) {
    this.#state = state;
  }

  enter(player: string, name: string, now: number): void {
    this.#connections.set(player, (this.#connections.get(player) ?? 0) + 1);
    const known = this.#state.guests.get(player);
    if (known) known.name = name;
    else this.#state.guests.set(player, new Guest().assign({ player, name, since: now }));
  }

  /** One connection less. The guest stays shown until `forget`, so that a reload is no coming and going. */
  exit(player: string): void {
    this.#connections.set(player, (this.#connections.get(player) ?? 1) - 1);
  }

  /** Takes the guest away unless a connection is left. */
  forget(player: string): void {
    if ((this.#connections.get(player) ?? 0) > 0) return;
    this.#connections.delete(player);
    this.#state.guests.delete(player);
  }
}
