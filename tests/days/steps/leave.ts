import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { eventually } from '#tests/days/installation.ts';
import type { Step } from '#tests/days/step.ts';

/** With the button: the seat is given up, and the other one wins. */
export const leaveMatch: Step = {
  name: 'leave a match',
  weight: 1,
  possible: (model, now) => model.playing(now).length > 0,
  async do(world, model, random) {
    const match = random.pick(model.playing(world.now));
    const [leaver, other] = random.shuffle(match.seats) as [string, string];
    const page = await world.of({ id: other }).open<ConnectFour>(match.room);
    await world.of({ id: leaver }).leave(match.room);
    await eventually(async () => {
      const { phase, ending } = page.state;
      if (phase !== 'finished') throw new Error(`${leaver} left ${match.room}, which is ${phase} ${ending}`);
    });
    match.winners = [other];
  },
};

/** And comes back: the check opens it again. */
export const leaveTalk: Step = {
  name: 'leave the talk of the lobby',
  weight: 1,
  possible: (model, now) => model.signedIn(now).length > 0,
  async do(world, model, random) {
    await world.of(random.pick(model.signedIn(world.now))).leave('channel-lobby');
  },
};
