import { ServerError } from '@colyseus/core';
import type { Authenticate, Identity } from '#rooms/ports.ts';
import { answerTo, type RefusalCode } from '#schema/refusals.ts';

/** A refusal as Colyseus carries it: the HTTP status, and our code as the message. */
export function refusal(code: RefusalCode): ServerError {
  return new ServerError(answerTo(code).status, code);
}

/** Who brings this token; throws the refusal otherwise. Nobody comes in without one. */
export async function enter(
  authenticate: Authenticate,
  token: string | undefined,
  headers?: Headers,
): Promise<Identity> {
  const identity = await authenticate(token ?? '', { userAgent: headers?.get('user-agent') ?? undefined });
  if ('refused' in identity) throw refusal(identity.refused);
  return identity;
}
