/** Joins a room by its id, and retries until it succeeds, is refused for good, or is aborted. */
import type { Client, Room } from '@colyseus/sdk';
import { type Ending, refusalEnds, refusalIn, SIGNED_OUT } from '#client/net/endings.ts';
import { redialAfter, type Waits } from '#client/net/redial.ts';
import { isAboutToken, type Tokens } from '#client/net/tokens.ts';
import { pause } from '#client/net/wait.ts';
import type { JoinOptions } from '#schema/protocol.ts';

export type Joining = {
  client: Client;
  room: string;
  options: JoinOptions;
  tokens: Tokens;
  waits: Waits;
  /** Ends the loop: nobody wants the room any more. */
  signal: AbortSignal;
};

export type Joined = { is: 'in'; room: Room } | { is: 'over'; ending: Ending } | { is: 'unwanted' };

export async function join({ client, room, options, tokens, waits, signal }: Joining): Promise<Joined> {
  let refused: string | undefined;
  for (let attempt = 0; !signal.aborted; attempt++) {
    const token = await tokens(refused).catch(() => undefined);
    if (signal.aborted) break;
    if (token === undefined) return { is: 'over', ending: SIGNED_OUT };
    client.auth.token = token;
    try {
      return { is: 'in', room: (await client.joinById(room, options)) as Room };
    } catch (error) {
      const code = refusalIn(error);
      if (isAboutToken(code) && refused === undefined) {
        refused = token;
        continue;
      }
      const ending = code && refusalEnds(code);
      if (ending) return { is: 'over', ending };
      await pause(redialAfter(attempt, waits), signal);
    }
  }
  return { is: 'unwanted' };
}
