import type { Channel } from '#schema/chat.ts';
import type { Step } from '#tests/days/step.ts';

const HOUR = 3_600_000;

export const post: Step = {
  name: 'post',
  weight: 4,
  possible: (model, now) => model.signedIn(now).length > 0,
  async do(world, model, random) {
    const { id: author } = random.pick(model.signedIn(world.now));
    const page = await world.of({ id: author }).open<Channel>('channel-lobby');
    const text = `message ${model.next()}`;
    const ttlMs = random.pick([HOUR / 2, 12 * HOUR, 24 * HOUR]);
    const reply = await page.submit('post', { text, ttlMs });
    if (!reply.ok) throw new Error(`a message was refused: ${reply.code}`);
    model.said.push({ author, text, expiresAt: world.now + ttlMs });
  },
};

export const redact: Step = {
  name: 'take a message back',
  weight: 1,
  possible: (model, now) => mine(model, now).length > 0,
  async do(world, model, random) {
    const said = random.pick(mine(model, world.now));
    const page = await world.of({ id: said.author }).open<Channel>('channel-lobby');
    const message = [...page.state.messages.values()].find(({ text }) => text === said.text);
    const reply = await page.submit('redact', { id: message?.id ?? -1 });
    if (!reply.ok) throw new Error(`a message could not be taken back: ${reply.code}`);
    model.said.splice(model.said.indexOf(said), 1);
  },
};

function mine(model: Parameters<NonNullable<Step['possible']>>[0], now: number) {
  const here = model.idsOf(model.signedIn(now));
  return model.said.filter(({ author, expiresAt }) => here.has(author) && expiresAt > now + 60_000);
}
