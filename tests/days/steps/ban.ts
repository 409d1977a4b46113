import type { Ban } from '#schema/resources.ts';
import { AROUND_MS, type Model, type Someone } from '#tests/days/model.ts';
import type { Step } from '#tests/days/step.ts';

const HOUR = 3_600_000;
/** The first ends by itself soon; the others when the clock goes on. */
const SPANS = [AROUND_MS * 2, HOUR / 2, 12 * HOUR, 10 * 24 * HOUR];

/** Who is banned may sign in, and come no further, until the ban ends by itself or is lifted. */
export const ban: Step = {
  name: 'ban somebody',
  weight: 2,
  possible: (model, now) => notBanned(model, now).length > 0,
  async do(world, model, random) {
    const someone = random.pick(notBanned(model, world.now));
    const bannedUntil = world.now + random.pick(SPANS);
    const spec = { player: someone.player, endsAt: new Date(bannedUntil).toISOString() };
    await world.administrate<Ban>('POST', 'bans', { apiVersion: 'parlor.dev/v1', kind: 'Ban', spec });
    someone.bannedUntil = bannedUntil;
    someone.session.ended = true;
  },
};

export const liftBan: Step = {
  name: 'lift a ban',
  weight: 1,
  possible: (model, now) => longBanned(model, now).length > 0,
  async do(world, model, random) {
    const someone = random.pick(longBanned(model, world.now));
    await world.administrate('DELETE', `bans/${someone.player}`);
    someone.bannedUntil = 0;
  },
};

const notBanned = ({ known }: Model, now: number): Someone[] => known.filter(({ bannedUntil }) => bannedUntil < now);

/** Those whose ban does not end on the way. */
const longBanned = ({ known }: Model, now: number): Someone[] =>
  known.filter(({ bannedUntil }) => bannedUntil > now + AROUND_MS);
