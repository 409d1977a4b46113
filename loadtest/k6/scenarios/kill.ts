/**
 * A process is killed while everybody plays and talks: they are back by themselves, and nothing that was answered is
 * gone. `npm run load` does the killing.
 */
import { DIGEST, PROBE_ROOMS } from '../plan.ts';
import { Seat } from '../room/seat.ts';
import { session } from '../session.ts';
import { pause } from '../time.ts';
import { type Probe, steering } from './steering.ts';
import { type Channel, LOBBY_TALK, talking } from './talking.ts';

const EVERY_MS = 100;
/** Moves between two posts, and between two comparisons of states. */
const POST_EVERY = 25;
const COMPARE_EVERY = 10;

export function kill(): Promise<void> {
  return session(async (person, until) => {
    const arena = await Seat.take<Probe>(`probe-${__VU % PROBE_ROOMS}`, person);
    const talk = await Seat.take<Channel>(LOBBY_TALK, person);
    const [steer, say] = [steering(arena), talking(talk)];
    for (let n = 1; Date.now() < until && !arena.isOver && !talk.isOver; n++) {
      await Promise.all([steer(), pause(EVERY_MS)]);
      if (n % POST_EVERY === 0) await say();
      if (DIGEST && n % COMPARE_EVERY === 0) await Promise.all([arena.compare(), talk.compare()]);
    }
    await talk.leave();
    await arena.leave();
  });
}
