/**
 * The lobby: who is here and which tables are open. A plain Colyseus room, because nothing in it has
 * to survive: whoever loses it joins again and sees what is true then.
 */
import { type AuthContext, type Client, Room } from '@colyseus/core';
import { closeOf, type Ended } from '#rooms/host/presence.ts';
import type { Access } from '#rooms/kernel/machine.ts';
import { type Person, Presence } from '#rooms/lobby/presence.ts';
import { showTables, type Tables } from '#rooms/lobby/tables.ts';
import type { Identity } from '#rooms/ports.ts';
import { LobbyState } from '#schema/lobby.ts';
import { CLOSE } from '#schema/protocol.ts';

export const LOBBY_ACCESS: Access = { verb: 'get', resource: 'lobby' };

const PATCH_MS = 200;
const EXPIRY_CHECK_MS = 1_000;

/** The lobbies of other processes, which show the same people. */
export type OtherLobbies = {
  /** Somebody is here now; `undefined` when they are gone. */
  tell(player: string, person: Person | undefined): void;
  people(): Person[];
  /** Calls back when those there may have changed; answers how to stop that. */
  subscribe(changed: () => void): () => void;
};

export type LobbyPorts = {
  /** Who brings this token, if `LOBBY_ACCESS` is theirs; throws the refusal otherwise. */
  enter(token: string | undefined, headers?: Headers): Promise<Identity>;
  tables: Tables;
  others: OtherLobbies;
  now(): number;
  /** How long one is still shown who is gone: a page that is loaded again, a token that has to be fetched. */
  lingerMs?: number;
};

type Guest = Client<{ auth: Identity }>;

export function lobbyRoom({ enter, tables, others, now, lingerMs = 5_000 }: LobbyPorts) {
  return class LobbyRoom extends Room<{ state: LobbyState; client: Guest }> {
    override state = new LobbyState();
    override autoDispose = false;
    override patchRate = PATCH_MS;
    override maxMessagesPerSecond = 5;
    override messages = {};
    readonly #presence = new Presence(this.state);
    #unsubscribe = () => {};
    /** Of the tables that are shown. */
    #version: number | undefined;
    #stalePeople = true;

    static override onAuth(token: string, _: unknown, { headers }: AuthContext): Promise<Identity> {
      return enter(token, headers);
    }

    override onCreate(): void {
      this.#unsubscribe = others.subscribe(() => {
        this.#stalePeople = true;
      });
      this.clock.setInterval(() => this.#cutExpired(), EXPIRY_CHECK_MS);
    }

    override onJoin(_: Guest, __: unknown, { player, name }: Identity): void {
      const person = this.#presence.enter(player, name, now());
      if (person) others.tell(player, person);
      this.#refresh();
    }

    override onLeave({ auth }: Guest): void {
      const { player } = auth as Identity;
      this.#presence.exit(player);
      this.clock.setTimeout(() => {
        if (this.#presence.forget(player)) others.tell(player, undefined);
      }, lingerMs);
    }

    override onBeforePatch(): void {
      this.#refresh();
    }

    override onDispose(): void {
      this.#unsubscribe();
    }

    /** Closes every connection of a session that was ended, or of a player. */
    signOut(ended: Ended): void {
      const isIt = (auth: Identity | undefined) =>
        'player' in ended ? auth?.player === ended.player : auth?.session === ended.session;
      for (const client of [...this.clients]) if (isIt(client.auth)) client.leave(closeOf(ended));
    }

    #refresh(): void {
      const changes = tables.since(this.#version);
      if (changes.version !== this.#version) showTables(this.state, changes);
      this.#version = changes.version;
      if (!this.#stalePeople) return;
      this.#stalePeople = false;
      this.#presence.others(others.people());
    }

    /** A connection does not outlive its token; the page joins again with a new one. */
    #cutExpired(): void {
      for (const client of [...this.clients]) {
        if (client.auth && client.auth.expiresAt <= now()) client.leave(CLOSE.retry);
      }
    }
  };
}
