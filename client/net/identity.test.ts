import { describe, expect, it } from 'vitest';
import { Login } from './identity.ts';

const MINUTE = 60_000;
const LIFE_S = 300;

/** What the provider's library does for us, with a clock of its own making. `answers` are what a refresh comes to. */
function provider(answers: ('renewed' | 'no answer' | 'refused')[]) {
  const at = { ticks: 0, wall: 1e12 };
  const asked: number[] = [];
  let n = 0;
  const issue = () => ({ token: `token-${++n}`, tokenParsed: { iat: 1e9 * n, exp: 1e9 * n + LIFE_S } });
  const keycloak = {
    ...issue(),
    refreshToken: 'refresh' as string | undefined,
    onAuthRefreshSuccess: undefined as (() => void) | undefined,
    async updateToken(minValidity?: number): Promise<boolean> {
      asked.push(minValidity ?? 0);
      const answer = answers.shift() ?? 'renewed';
      await Promise.resolve();
      if (answer === 'refused') keycloak.refreshToken = undefined;
      if (answer !== 'renewed') throw new Error(answer);
      Object.assign(keycloak, issue());
      keycloak.onAuthRefreshSuccess?.();
      return true;
    },
    login: async () => {},
    logout: async () => {},
  };
  const clocks = { ticks: () => at.ticks, wall: () => at.wall };
  return { at, asked, login: new Login(keycloak as never, clocks) };
}

describe('tokens', () => {
  for (const step of [0, 10 * MINUTE, -10 * MINUTE, 1440 * MINUTE, -1440 * MINUTE])
    it(`[V13] a device whose clock is set by ${step / MINUTE} min renews when the token is old, not before`, async () => {
      const { at, asked, login } = provider([]);
      at.wall += step;
      at.ticks += 4 * MINUTE;
      expect([await login.token(), asked.length]).toEqual(['token-1', 0]);
      at.ticks += 40_000;
      expect([await login.token(), asked.length]).toEqual(['token-2', 1]);
      at.wall -= step;
      expect([await login.token(), asked.length]).toEqual(['token-2', 1]);
    });

  it('[V13] a token refused by a server is renewed once, for all its requests', async () => {
    const { asked, login } = provider([]);
    const all = await Promise.all([login.token('token-1'), login.token('token-1'), login.token('token-1')]);
    expect([all, asked]).toEqual([['token-2', 'token-2', 'token-2'], [-1]]);
    expect([await login.token('token-1'), asked.length]).toEqual(['token-2', 1]);
  });

  it('[V13] an unavailable provider decides nothing; a refusal by it ends the session', async () => {
    const { at, login } = provider(['no answer', 'refused']);
    let ended = 0;
    login.onEnded(() => void ended++);
    at.ticks += LIFE_S * 1000 - 10_000; // a moment left: it still serves
    expect([await login.token(), ended]).toEqual(['token-1', 0]);
    await expect(login.token()).rejects.toThrow('ended');
    expect(ended).toBe(1);
  });
});
