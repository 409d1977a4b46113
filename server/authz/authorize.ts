/** One question, one answer. Every join, every command type and every REST call asks here. */
import type { Attributes, Authorize, Decision } from '#rooms/ports.ts';
import type { Rule } from '#server/authz/roles.ts';

/** An authorizer over these roles; rules are laid out once, so that a decision is a few set look-ups. */
export function createAuthorizer(roles: Readonly<Record<string, readonly Rule[]>>): Authorize {
  const allowed = new Map(
    Object.entries(roles).map(([role, rules]) => [
      role,
      new Set(rules.flatMap(({ verbs, resources }) => verbs.flatMap((v) => resources.map((r) => `${v} ${r}`)))),
    ]),
  );

  return (attributes: Attributes): Decision => {
    const { user, verb, subresource } = attributes;
    const resource = subresource ? `${attributes.resource}/${subresource}` : attributes.resource;
    const rules = [`${verb} ${resource}`, `${verb} *`, `* ${resource}`, '* *'];
    for (const role of user.roles) {
      const rule = rules.find((each) => allowed.get(role)?.has(each));
      if (rule) return { allowed: true, reason: `role "${role}" allows ${rule}` };
    }
    return { allowed: false, reason: `no rule allows ${verb} ${resource} to roles [${user.roles.join(', ')}]` };
  };
}
