import { expect, it } from 'vitest';
import { openApi } from '#server/testing/api.ts';

const API = '/apis/parlor.dev/v1';
const SELECTED = '?labelSelector=channel%3Dlobby';
const order = (kind: string, spec: object) => ({
  apiVersion: 'parlor.dev/v1',
  kind,
  spec: { channel: 'lobby', ...spec },
});

it("[R22] expiry is decided by the rooms' clock, not by that of the answering process", async () => {
  const api = await openApi();
  try {
    const root = await api.signIn({ name: 'Root', roles: ['admin'] });
    const ask = async (path: string, order?: object) => {
      const headers = { authorization: `Bearer ${root.token}`, 'content-type': 'application/json' };
      const sent = order && { method: 'POST', body: JSON.stringify(order) };
      const response = await fetch(`${api.url}${API}/${path}`, { headers, ...sent });
      return { code: response.status, body: await response.json() };
    };
    const posted = await ask('messages', order('Message', { text: 'soon over' }));
    const endsAt = new Date(Date.now() + 60_000).toISOString();
    expect((await ask('mutes', order('Mute', { player: 'someone', endsAt }))).code).toBe(201);
    const seen = async () => {
      const [talk, mutes] = [await ask(`messages${SELECTED}`), await ask(`mutes${SELECTED}`)];
      const one = await ask(`messages/${posted.body.metadata.name}`);
      return [talk.body.items.length, mutes.body.items.length, one.code];
    };
    expect(await seen()).toEqual([1, 1, 200]);
    api.setClock(() => Date.now() + 2 * 3_600_000);
    expect(await seen()).toEqual([0, 0, 404]);
  } finally {
    await api.close();
  }
});
