/** What processes ask of one another about rooms: answered here, or by the process that has the room. */

import type { Directory } from '#rooms/host/directory.ts';
import type { DirectoryOptions } from '#rooms/host/room-ports.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Log } from '#rooms/ports.ts';
import { isPassing } from '#schema/refusals.ts';
import { roomOfChannel } from '#schema/rooms.ts';
import { joinHere } from '#server/admission/controller.ts';
import type { Asking } from '#server/cluster/ask.ts';
import { matchCalls, seatedIn } from '#server/matchmaking/matches.ts';
import type { AllCalls, Ask, RoomCalls } from '#server/rooms/calls.ts';
import { askMatch, channelCalls, dismissFrom, endTalkOf, makeChannel } from '#server/rooms/channels.ts';
import type { World } from '#server/rooms/tables.ts';

export type CallsDeps = {
  directory: Directory;
  asking: Asking;
  games: readonly AnyMachine[];
  world: Pick<World, 'shown'>;
};

/** From the calls that need no other one to those that do. */
export function openCalls({ directory, asking, games, world }: CallsDeps): { calls: AllCalls; ask: Ask } {
  const matches = matchCalls({ directory, games, asking, shown: () => world.shown() });
  const calls: AllCalls = {
    ...matches,
    join: joinHere((room) => directory.wakeSoon(room)),
    ...channelCalls(directory, askMatch(asking(matches))),
    channel: makeChannel(directory),
    end: endIn(directory),
    wake: async ({ room }) => {
      const refused = await directory.wakeSoon(room);
      return refused ? { refused } : null;
    },
  };
  return { calls, ask: asking(calls) };
}

/** What rooms themselves ask. */
export function roomQuestions(asking: Asking, log: Log): NonNullable<DirectoryOptions['questions']> {
  return (here) => {
    const ask = asking({ seated: seatedIn(here), dismiss: dismissFrom(here), end: endIn(here) });
    return {
      outsideMatch: askMatch(ask),
      seatGivenUp: endTalkOf(ask, log),
      async ending(room) {
        const kept = await ask.owner('end', { room: roomOfChannel(room) });
        if (kept && isPassing(kept.refused)) throw new Error(`the talk beside it cannot be ended now: ${kept.refused}`);
      },
    };
  };
}

function endIn(directory: Directory): RoomCalls['end'] {
  return ({ room, keep = false }) => directory.end(room, keep);
}
