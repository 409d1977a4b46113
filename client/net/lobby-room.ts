import { Client, type Room } from '@colyseus/sdk';
import type { Names } from '#client/net/names.ts';
import type { Lobby, LobbyStatus, Person, Table } from '#client/net/parlor.ts';
import { redialAfter } from '#client/net/redial.ts';
import type { LobbyState } from '#schema/lobby.ts';
import { CLOSE } from '#schema/protocol.ts';

const RETRY_MS = { first: 200, most: 4000 };

/**
 * The lobby's presence. Nothing in it is durable, so a lost connection is simply made again, with
 * jitter, for as long as the page is open.
 */
export class LobbyRoom implements Lobby {
  status: LobbyStatus = 'connecting';
  people: readonly Person[] = [];
  tables: readonly Table[] = [];
  readonly #client: Client;
  readonly #token: () => Promise<string>;
  readonly #names: Names;
  readonly #listeners = new Set<() => void>();
  #room: Room<LobbyState> | undefined;
  #failures = 0;

  constructor(server: string, token: () => Promise<string>, names: Names) {
    this.#client = new Client(server);
    this.#token = token;
    this.#names = names;
    void this.#join();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Someone else ended the login; there is nothing to come back to. */
  signedOut(): void {
    this.#become('signed-out');
    void this.#room?.leave();
  }

  async #join(): Promise<void> {
    try {
      this.#client.auth.token = await this.#token();
      const room = await this.#client.joinById<LobbyState>('lobby');
      this.#room = room;
      this.#failures = 0;
      room.reconnection.enabled = false;
      room.onStateChange((state) => this.#read(state));
      room.onLeave((code) => this.#left(code));
    } catch {
      this.#again();
    }
  }

  #left(code: number): void {
    if (code === CLOSE.sessionEnded) this.#become('signed-out');
    else if (this.status !== 'signed-out') this.#again();
  }

  #again(): void {
    if (this.status === 'live') this.#become('reconnecting');
    setTimeout(() => void this.#join(), redialAfter(this.#failures++, RETRY_MS));
  }

  #read(state: LobbyState): void {
    this.people = [...state.guests.values()];
    this.tables = Array.from(state.tables.values(), ({ room, game, phase, max, players, picture }) => ({
      room,
      game,
      phase,
      max,
      players: [...players],
      picture,
    }));
    for (const { player, name } of this.people) this.#names.learn(player, name);
    this.#become('live');
  }

  #become(status: LobbyStatus): void {
    this.status = status;
    for (const listener of this.#listeners) listener();
  }
}
