import { expect, it } from 'vitest';
import { authorize } from '#server/resources/all.ts';

function ask(roles: readonly string[], verb: string, where: string) {
  const [resource = '', subresource] = where.split('/');
  return authorize({ user: { player: 'p1', roles }, verb, resource, ...(subresource && { subresource }) });
}

it('[A1] anything that no rule allows is denied: no roles, unknown roles, unknown verbs and resources', () => {
  for (const roles of [[], ['offline_access', 'default-roles-parlor'], ['__proto__', 'constructor'], ['*']]) {
    expect(ask(roles, 'get', 'lobby')).toEqual({
      allowed: false,
      reason: `no rule allows get lobby to roles [${roles.join(', ')}]`,
    });
  }
  expect(ask(['player'], 'escalate', 'matches').allowed).toBe(false);
  expect(ask(['player'], 'get', 'secrets').allowed).toBe(false);
  expect(ask(['player'], '*', '*').allowed).toBe(false);
  expect(ask(['player'], 'create', 'messages/seats').allowed).toBe(false);
});

it('[A3] the reason names the role and the rule that allowed', () => {
  expect(ask(['nobody', 'player'], 'create', 'matches/moves').reason).toBe('role "player" allows create matches/moves');
  expect(ask(['admin'], 'delete', 'sessions').reason).toBe('role "admin" allows * *');
});

it('[A4] a decision takes less than 20 microseconds', () => {
  const roles = ['offline_access', 'uma_authorization', 'player'];
  const timed = () => {
    const started = performance.now();
    for (let i = 0; i < 10_000; i++) ask(roles, i % 2 ? 'create' : 'delete', i % 3 ? 'matches/moves' : 'sessions');
    return (performance.now() - started) / 10;
  };
  // the best of a few rounds: what else runs on the machine is not the authorizer's doing
  expect(Math.min(timed(), timed(), timed())).toBeLessThan(20);
});
