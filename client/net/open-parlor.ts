import { roomOpener } from '#client/net/durable-room.ts';
import type { Login } from '#client/net/identity.ts';
import { LobbyRoom } from '#client/net/lobby-room.ts';
import { Names } from '#client/net/names.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { Refusal, Rest } from '#client/net/rest.ts';
import type { Match } from '#schema/resources.ts';

/** Everything the elements ask for, from one login at one server. `server` is an origin, without a slash. */
export function openParlor(server: string, login: Login): Parlor {
  const rest = new Rest(server, () => login.token());
  const names = new Names(rest);
  const lobby = new LobbyRoom(server, () => login.token(), names);
  names.learn(login.me.player, login.me.name);
  login.onEnded(() => lobby.signedOut());
  return {
    me: login.me,
    names,
    lobby,
    rest,
    openRoom: roomOpener(server, () => login.token()),
    async newMatch(spec) {
      const match = await rest.post<Match>('matches', { apiVersion: 'parlor.dev/v1', kind: 'Match', spec });
      return match.metadata.name;
    },
    async mayAdminister() {
      const answer = await rest.get('sessions?limit=1').catch((error) => error);
      return !(answer instanceof Refusal);
    },
    signIn: () => void login.signIn(),
    signOut: () => void login.signOut(),
  };
}
