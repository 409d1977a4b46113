/** The reads of a resource whose objects are few and all at hand: lists in the order of names, one by its name. */
import { failure } from '#schema/status.ts';
import { apiVersionOf } from '#server/resources/group.ts';
import { byName } from '#server/resources/pages.ts';
import { answer, type Call, type Facts, type Handler, list, refuse } from '#server/resources/resource.ts';

type Named = { metadata: { name: string } };

export function whole<I extends Named>(
  { kind, singular, plural, group }: Facts,
  all: (call: Call) => Promise<I[]> | I[],
): { list: Handler; get: Handler } {
  return {
    async list(call) {
      return list(kind, call.query, { ...byName(await all(call), call.query), apiVersion: apiVersionOf(group) });
    },
    async get(call) {
      const { name } = call;
      const found = (await all(call)).find(({ metadata }) => metadata.name === name);
      return found ? answer(found) : refuse(failure(404, `There is no ${singular} "${name}".`, { name, kind: plural }));
    },
  };
}
