import { expect, it } from 'vitest';
import { authorize } from '#server/authz/authorize.ts';
import { RESOURCES, ROLES, type Role, VERBS } from '#server/authz/table.ts';

const LETTERS: Record<string, Role> = {
  S: 'spectator',
  P: 'player',
  M: 'moderator',
  L: 'loadtest',
  A: 'admin',
};

/** Every verb x resource, and who may: change it in the same commit as the table. */
const EXPECTED = `
                  get    list   watch  create update patch  delete use
players           SPMLA  SPMLA  A      A      A      A      A      A
players/details   A      A      A      A      A      A      A      A
players/password  A      A      A      A      A      A      A      A
bans              A      A      A      A      A      A      A      A
sessions          A      A      A      A      A      A      A      A
channels          SPMLA  SPMLA  A      A      A      A      A      A
channels/members  A      A      A      PMLA   A      A      A      A
messages          PMLA   PMLA   A      PMLA   A      A      PMLA   A
messages/others   A      A      A      A      A      A      MA     A
mutes             MA     MA     A      MA     A      A      MA     A
rooms             SPMLA  SPMLA  A      A      A      A      A      A
rooms/quarantined       A      A      A      A      A      A      A      A
rooms/log         A      A      A      A      A      A      A      A
rooms/content     A      A      A      A      A      A      A      A
rooms/retry       A      A      A      A      A      A      A      A
matches           SPMLA  SPMLA  A      PMLA   A      A      A      A
matches/seats     A      A      A      PMLA   A      A      A      A
matches/moves     A      A      A      PMLA   A      A      A      A
games             SPMLA  SPMLA  A      A      A      A      A      A
stats             SPMLA  SPMLA  A      A      A      A      A      A
lobby             SPMLA  A      A      A      A      A      A      A
monitor           A      A      A      A      A      A      A      A
`;

function expectations(): Map<string, Set<Role>> {
  const [head = '', ...lines] = EXPECTED.trim().split('\n');
  const verbs = head.trim().split(/\s+/);
  const cells = new Map<string, Set<Role>>();
  for (const line of lines) {
    const [resource, ...letters] = line.split(/\s+/);
    letters.forEach((cell, i) => {
      cells.set(`${verbs[i]} ${resource}`, new Set([...cell].map((letter) => LETTERS[letter] as Role)));
    });
  }
  return cells;
}

function ask(roles: readonly string[], verb: string, where: string) {
  const [resource = '', subresource] = where.split('/');
  return authorize({ user: { player: 'p1', roles }, verb, resource, ...(subresource && { subresource }) });
}

it('[A2] every combination of verb, resource and role has its expected decision', () => {
  const cells = expectations();
  expect(Object.values(LETTERS).sort()).toEqual(Object.keys(ROLES).sort());
  expect([...cells.keys()].sort()).toEqual(RESOURCES.flatMap((r) => VERBS.map((v) => `${v} ${r}`)).sort());
  for (const [cell, roles] of cells) {
    const [verb = '', resource = ''] = cell.split(' ');
    const allowed = Object.values(LETTERS).filter((role) => ask([role], verb, resource).allowed);
    expect(new Set(allowed), cell).toEqual(roles);
  }
});

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
