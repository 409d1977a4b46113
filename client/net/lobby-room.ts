import { Client, type Room } from '@colyseus/sdk';
import { inBackground } from '#client/background.ts';
import { endingOf } from '#client/net/endings.ts';
import { join } from '#client/net/join.ts';
import type { Names } from '#client/net/names.ts';
import type { Lobby, LobbyStatus, Person, Table } from '#client/net/parlor.ts';
import { redialAfter } from '#client/net/redial.ts';
import type { Tokens } from '#client/net/tokens.ts';
import type { LobbyState } from '#schema/lobby.ts';
import type { RefusalCode } from '#schema/refusals.ts';

const RETRY_MS = { first: 200, most: 4000 };

/**
 * The lobby's presence. Nothing in it is durable, so a lost connection is simply made again, with
 * jitter, for as long as the page is open.
 */
export class LobbyRoom implements Lobby {
  status: LobbyStatus = 'connecting';
  refusal: RefusalCode | undefined;
  people: readonly Person[] = [];
  tables: readonly Table[] = [];
  readonly #client: Client;
  readonly #tokens: Tokens;
  readonly #names: Names;
  readonly #listeners = new Set<() => void>();
  #room: Room<LobbyState> | undefined;
  #failures = 0;
  readonly #over = new AbortController();

  constructor(server: string, tokens: Tokens, names: Names) {
    this.#client = new Client(server);
    this.#tokens = tokens;
    this.#names = names;
    inBackground(this.#join());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Someone else ended the login; there is nothing to come back to. */
  signedOut(code?: RefusalCode): void {
    if (this.#over.signal.aborted) return;
    this.refusal = code;
    this.#over.abort();
    this.#become('signed-out');
    inBackground(this.#room?.leave());
  }

  async #join(): Promise<void> {
    const joined = await join({
      client: this.#client,
      room: 'lobby',
      options: {},
      tokens: this.#tokens,
      waits: RETRY_MS,
      signal: this.#over.signal,
    });
    if (joined.is === 'over' && joined.ending.status === 'signed-out') this.signedOut(joined.ending.code);
    // Whatever else is wrong with the lobby may be mended while the page is open.
    if (joined.is === 'over') this.#again();
    if (joined.is === 'in') this.#attach(joined.room as Room<LobbyState>);
  }

  #attach(room: Room<LobbyState>): void {
    this.#room = room;
    this.#failures = 0;
    room.reconnection.enabled = false;
    room.onStateChange((state) => this.#read(state));
    room.onLeave((code) => this.#left(code));
  }

  #left(code: number): void {
    const ending = endingOf(code, undefined);
    if (ending?.status === 'signed-out') this.signedOut(ending.code);
    else this.#again();
  }

  #again(): void {
    if (this.#over.signal.aborted) return;
    if (this.status === 'live') this.#become('reconnecting');
    setTimeout(() => inBackground(this.#join()), redialAfter(this.#failures++, RETRY_MS));
  }

  #read(state: LobbyState): void {
    this.people = [...state.guests.values()];
    this.tables = Array.from(state.tables.values(), ({ room, game, phase, max, players, reserved, picture }) => ({
      room,
      game,
      phase,
      max,
      players: [...players],
      picture,
      reserved: Array.from(reserved),
    }));
    for (const { player, name } of this.people) this.#names.learn(player, name);
    this.#become('live');
  }

  #become(status: LobbyStatus): void {
    this.status = status;
    for (const listener of this.#listeners) listener();
  }
}
