/** Kubernetes' DeleteOptions, from the body or the parameters of a DELETE; what has no effect is refused by name. */
import { z } from 'zod';
import { API_VERSION, type Metadata } from '#schema/resources.ts';
import { failure, success } from '#schema/status.ts';
import { parseBody } from '#server/resources/body.ts';
import { type Answer, answer, type Call, type Resource, refuse } from '#server/resources/resource.ts';

const deleteOptions = z.strictObject({
  kind: z.literal('DeleteOptions').optional(),
  apiVersion: z.enum(['v1', 'meta.k8s.io/v1', API_VERSION]).optional(),
  dryRun: z.array(z.literal('All')).max(1).optional(),
  gracePeriodSeconds: z.literal(0, 'everything goes at once: 0').optional(),
  /** Nothing here has dependents of its own that could stay. */
  propagationPolicy: z.enum(['Background', 'Foreground']).optional(),
  preconditions: z.strictObject({ uid: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
});

/** Looks before it deletes: a dry run, and one whose conditions are not met, never reach `resource.delete`. */
export async function deleted(resource: Resource, call: Call): Promise<Answer> {
  const { name, body, query } = call;
  const given = Object.keys(query.deletion);
  if (body !== undefined && given.length > 0) {
    const cause = {
      reason: 'FieldValueForbidden',
      field: given[0] as string,
      message: 'DeleteOptions are in the body',
    };
    return refuse(failure(400, `${cause.field}: ${cause.message}.`, { kind: resource.plural, causes: [cause] }));
  }
  const options = parseBody(deleteOptions, 'DeleteOptions', body ?? query.deletion);
  if ('refused' in options) return refuse(options.refused);
  const { dryRun, preconditions } = options.value;
  if (preconditions || (dryRun?.length && !resource.mayDelete)) {
    const found = await resource.get?.(call);
    if (found?.code !== 200) return found ?? refuse(failure(405, `${resource.plural} cannot be read.`));
    const { metadata } = found.body as { metadata: Metadata };
    for (const field of ['uid', 'resourceVersion'] as const) {
      const wanted = preconditions?.[field];
      if (wanted === undefined || wanted === metadata[field]) continue;
      const message = `preconditions.${field}: it is ${JSON.stringify(metadata[field] ?? '')}`;
      return refuse(failure(409, `${message}, not ${JSON.stringify(wanted)}.`, { name, kind: resource.plural }));
    }
  }
  const refused = await resource.mayDelete?.(call);
  if (refused) return refused;
  if (dryRun?.length) return answer(success({ name, kind: resource.plural }));
  return (resource.delete as NonNullable<Resource['delete']>)(call);
}
