import { inBackground } from '#client/background.ts';
import { ServerClock } from '#client/clock.ts';
import { roomOpener } from '#client/net/durable-room.ts';
import type { Login } from '#client/net/identity.ts';
import { LobbyRoom } from '#client/net/lobby-room.ts';
import { Names } from '#client/net/names.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { Rest } from '#client/net/rest.ts';
import type { Tokens } from '#client/net/tokens.ts';
import type { Match, Player } from '#schema/resources.ts';

/** Everything the elements ask for, from one login at one server. `server` is an origin, without a slash. */
export async function openParlor(server: string, login: Login): Promise<Parlor> {
  const clock = new ServerClock();
  const tokens: Tokens = (refused) => login.token(refused);
  const rest = new Rest(server, tokens, clock);
  const own = await rest.get<Player>('players/me');
  const me = { player: own.metadata.name, name: own.spec.displayName || login.person.name };
  const names = new Names(rest);
  const lobby = new LobbyRoom(server, tokens, names);
  names.learn(me.player, me.name);
  login.onEnded(() => lobby.signedOut());
  return {
    me,
    // What only the console shows is told to who may see it.
    mayAdminister: own.status !== undefined,
    mayModerate: own.status !== undefined || login.roles.includes('moderator'),
    names,
    lobby,
    rest,
    openRoom: roomOpener(server, tokens),
    serverNow: () => clock.now(),
    async newMatch(spec) {
      const match = await rest.post<Match>('matches', { apiVersion: 'parlor.dev/v1', kind: 'Match', spec });
      return match.metadata.name;
    },
    get signedOutHere() {
      return login.signedOutHere;
    },
    signIn: () => inBackground(login.signIn()),
    signOut: () => inBackground(login.signOut()),
  };
}
