/** Everybody comes, sees that they are there, and leaves for good, as fast as they are let in. */
import { report } from '../metrics.ts';
import { DIGEST } from '../plan.ts';
import { Seat } from '../room/seat.ts';
import { session } from '../session.ts';
import { type Channel, LOBBY_TALK } from './talking.ts';

const COMPARE_EVERY = 5;

export function joinStorm(): Promise<void> {
  return session(async (person, until) => {
    for (let n = 0; Date.now() < until; n++) {
      const seat = await Seat.take<Channel>(LOBBY_TALK, person);
      if (!seat.state.members.get(seat.player)?.connected) {
        report({ kind: 'missing', detail: 'the first state does not show who has just joined' });
      }
      if (DIGEST && n % COMPARE_EVERY === 0) await seat.compare();
      await seat.leave();
    }
  });
}
