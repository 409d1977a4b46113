/** Rooms that tick twenty times a second: everybody steers, and sees where all others are. */
import { DIGEST, PROBE_ROOMS } from '../plan.ts';
import { Seat } from '../room/seat.ts';
import { session } from '../session.ts';
import { pause } from '../time.ts';
import { type Probe, steering } from './steering.ts';

const EVERY_MS = 100;
/** Moves between two comparisons of states. */
const COMPARE_EVERY = 10;

export function probe(): Promise<void> {
  return session(async (person, until) => {
    const seat = await Seat.take<Probe>(`probe-${__VU % PROBE_ROOMS}`, person);
    const steer = steering(seat);
    for (let n = 1; Date.now() < until && !seat.isOver; n++) {
      await Promise.all([steer(), pause(EVERY_MS)]);
      if (DIGEST && n % COMPARE_EVERY === 0) await seat.compare();
    }
    await seat.leave();
  });
}
