/** The API's refusals: a Kubernetes `Status`, readable by any Kubernetes client. */
import { z } from 'zod';
import { answerTo, isRefusalCode, type RefusalCode } from '#schema/refusals.ts';

const cause = z.strictObject({
  /** A refusal code, or a reason of Kubernetes such as `FieldValueInvalid`. */
  reason: z.string(),
  message: z.string(),
  field: z.string().optional(),
});
export type Cause = z.infer<typeof cause>;

export const status = z.strictObject({
  kind: z.literal('Status'),
  apiVersion: z.literal('v1'),
  metadata: z.strictObject({}),
  status: z.enum(['Success', 'Failure']),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .strictObject({
      name: z.string().optional(),
      group: z.string().optional(),
      kind: z.string().optional(),
      uid: z.string().optional(),
      causes: z.array(cause).optional(),
      retryAfterSeconds: z.int().optional(),
    })
    .optional(),
  code: z.int(),
});
export type Status = z.infer<typeof status>;

/** Kubernetes' word for each HTTP status that we answer with. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  421: 'BadRequest',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export function failure(code: number, message: string, details: NonNullable<Status['details']> = {}): Status {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message } as const;
  return { ...status, reason: REASONS[code] ?? 'Unknown', details, code };
}

export function success(details: NonNullable<Status['details']>): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details, code: 200 };
}

/** The same refusal that a room's reply carries, as a Status; its code is `details.causes[0].reason`. */
export function refusal(
  code: RefusalCode,
  {
    field,
    retryAfterMs,
    detail,
    facts = {},
  }: {
    field?: string | undefined;
    retryAfterMs?: number | undefined;
    detail?: string;
    /** What more a page can tell, by name: one cause each. */
    facts?: Readonly<Record<string, string>> | undefined;
  } = {},
): Status {
  const { status, sentence } = answerTo(code);
  return failure(status, sentence, {
    causes: [
      { reason: code, message: detail ?? sentence, ...(field !== undefined && { field }) },
      ...Object.entries(facts).map(([field, message]) => ({ reason: code, field, message })),
    ],
    ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
  });
}

/** The refusal code that a Status carries, if it is one of ours. */
export function refusalOf(answer: Status): RefusalCode | undefined {
  const reason = answer.details?.causes?.[0]?.reason;
  return isRefusalCode(reason) ? reason : undefined;
}
