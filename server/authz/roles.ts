/**
 * The roles that tokens carry, and the words in which rules are written. A rule that is not written does not exist: what
 * no rule allows is denied.
 */
export const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'use'] as const;
export type Verb = (typeof VERBS)[number];

export const ROLES = ['spectator', 'player', 'moderator', 'loadtest', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `resource` or `resource/part`; `*` stands for every verb, or for every resource with its parts. */
export type Rule = { verbs: readonly (Verb | '*')[]; resources: readonly string[] };

/** As a resource declares it of itself: these roles may do that to it, or to the part that is named. */
export type DefaultRule = { roles: readonly Role[]; verbs: readonly Verb[]; part?: string };

/** An administrator is in none of these: every verb on everything is theirs. */
export const EVERYONE: readonly Role[] = ['spectator', 'player', 'moderator', 'loadtest'];
export const MEMBERS: readonly Role[] = ['player', 'moderator', 'loadtest'];
export const MODERATORS: readonly Role[] = ['moderator'];

/** The default roles, of what each resource declares. */
export function rolesOf(
  declared: readonly { plural: string; rules: readonly DefaultRule[] }[],
): Readonly<Record<Role, readonly Rule[]>> {
  const of = (role: Role): Rule[] => {
    if (role === 'admin') return [{ verbs: ['*'], resources: ['*'] }];
    return declared.flatMap(({ plural, rules }) =>
      rules
        .filter(({ roles }) => roles.includes(role))
        .map(({ verbs, part }) => ({ verbs, resources: [part === undefined ? plural : `${plural}/${part}`] })),
    );
  };
  return Object.fromEntries(ROLES.map((role) => [role, of(role)])) as Record<Role, Rule[]>;
}
