/** A request's body against its schema; every mistake with its field. */
import type { z } from 'zod';
import { API_VERSION } from '#schema/resources.ts';
import { type Cause, failure, type Status } from '#schema/status.ts';

/** The one kind of patch that is understood. */
export const MERGE_PATCH = 'application/merge-patch+json';

export function parseBody<T>(schema: z.ZodType<T>, kind: string, body: unknown): { value: T } | { refused: Status } {
  if (body === undefined) return { refused: failure(400, `Send a ${kind} as JSON.`) };
  const parsed = schema.safeParse(body);
  if (parsed.success) return { value: parsed.data };
  const causes = parsed.error.issues.flatMap(causesOf);
  const [first] = causes;
  const message = `${kind} is not valid: ${first?.field ? `${first.field}: ` : ''}${first?.message}`;
  return { refused: failure(422, message, { group: API_VERSION.split('/', 1)[0], kind, causes }) };
}

function causesOf(issue: z.core.$ZodIssue): Cause[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      reason: 'FieldValueForbidden',
      field: path === '' ? key : `${path}.${key}`,
      message: 'unknown field',
    }));
  const required = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [{ reason: required ? 'FieldValueRequired' : 'FieldValueInvalid', field: path, message: issue.message }];
}
