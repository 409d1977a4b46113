import type { List, Message } from '#schema/resources.ts';
import { eventually } from '#tests/days/installation.ts';
import { AROUND_MS, type Model, type Said } from '#tests/days/model.ts';
import type { Step } from '#tests/days/step.ts';

export const removeMessage: Step = {
  name: 'a message is removed',
  weight: 1,
  possible: (model, now) => lasting(model, now).length > 0,
  async do(world, model, random) {
    const said = random.pick(lasting(model, world.now));
    const { items } = await world.administrate<List<Message>>('GET', 'messages?labelSelector=channel=lobby');
    const name = items.find(({ spec }) => spec.text === said.text)?.metadata.name;
    await world.administrate('DELETE', `messages/${name}`);
    model.said.splice(model.said.indexOf(said), 1);
  },
};

/** One that goes on, whether anybody has it open or not. */
export const closeMatch: Step = {
  name: 'a match is closed',
  weight: 1,
  possible: (model) => open(model).length > 0,
  async do(world, model, random) {
    const match = random.pick(open(model));
    await world.administrate('DELETE', `matches/${match.room}`);
    model.matches.splice(model.matches.indexOf(match), 1);
    model.closed.push(match.room);
    const here = model.idsOf(model.signedIn(world.now));
    for (const id of match.seats) {
      const { pages } = world.of({ id });
      const page = pages.get(match.room);
      if (!page || !here.has(id)) continue;
      await eventually(async () => {
        if (page.status !== 'ended') throw new Error(`${match.room} is closed, and for ${id} ${page.status}`);
      });
      pages.delete(match.room);
    }
  },
};

const lasting = ({ said }: Model, now: number): Said[] => said.filter(({ expiresAt }) => expiresAt > now + AROUND_MS);
const open = ({ matches }: Model) => matches.filter(({ winners, quarantined }) => !winners && !quarantined);
