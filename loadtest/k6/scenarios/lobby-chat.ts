/** The lobby: everybody sees who is here, and talks now and then. */
import { report } from '../metrics.ts';
import { DIGEST } from '../plan.ts';
import { Line } from '../room/line.ts';
import { Seat } from '../room/seat.ts';
import { session } from '../session.ts';
import { pause } from '../time.ts';
import { type Channel, LOBBY_TALK, talking } from './talking.ts';

/** A channel takes five posts in five seconds; people are slower. */
const POST_MS = { least: 1_200, more: 1_800 };
/** Posts between two comparisons of states, of which each is some hundred messages long. */
const COMPARE_EVERY = 8;
/** The lobby's patches come every 200 ms. */
const SHOWN_MS = 10_000;

type Lobby = { guests: Map<string, { name: string }> };

export function lobbyChat(): Promise<void> {
  return session(async (person, until) => {
    const lobby = new Line<Lobby>('lobby', person, {
      state() {},
      down() {},
      back() {},
      over: (code) => report({ kind: 'closed', detail: `the lobby closed with ${code}` }),
    });
    await lobby.enter();
    const seat = await Seat.take<Channel>(LOBBY_TALK, person);
    const say = talking(seat);
    for (let n = 1; Date.now() < until && !seat.isOver; n++) {
      await say();
      if (DIGEST && n % COMPARE_EVERY === 1) await seat.compare();
      await pause(POST_MS.least + Math.random() * POST_MS.more);
    }
    const here = () => lobby.tree.state.guests.has(seat.player);
    for (const late = Date.now() + SHOWN_MS; !here() && Date.now() < late; ) await pause(50);
    if (!here()) report({ kind: 'missing', detail: 'the lobby does not show who is in it' });
    await seat.leave();
    await lobby.leave();
  });
}
