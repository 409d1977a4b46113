/** The end of the chain: what nobody answered, and what went wrong on the way. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isAway } from '#db/away.ts';
import { JournalError } from '#rooms/ports.ts';
import { failure, type Status } from '#schema/status.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** Storage that was away is asked again about so often. */
const AGAIN_S = 1;

export function notFound(): RequestHandler {
  return (request, response) => {
    response.status(404).json(failure(404, `There is nothing at ${JSON.stringify(request.path.slice(0, 200))}.`));
  };
}

/** Body parser and router complain with `type` or `status`; storage may be away; everything else is a bug of ours, and stays inside. */
export function failed(log: Logger): ErrorRequestHandler {
  return (error: Error & { type?: string; status?: number }, _request, response, next) => {
    if (response.headersSent) return next(error);
    const answer = explain(error);
    if (answer.code === 500) log.error({ err: error }, 'request failed');
    if (answer.code === 503) log.warn({ reason: rootOf(error) }, 'storage unavailable for a request');
    if (answer.code === 503) response.set('Retry-After', String(AGAIN_S));
    // Whoever sent what was not read to its end cannot be understood any further.
    if (answer.code === 413) response.set('Connection', 'close');
    response.status(answer.code).json(answer);
  };
}

/** What the driver or the system said: a query in front of it says less. */
function rootOf(error: Error): string {
  let root: Error & { code?: unknown } = error;
  while (root.cause instanceof Error) root = root.cause;
  return root.message || String(root.code ?? root.name);
}

function explain(error: Error & { type?: string; status?: number }): Status {
  switch (error.type) {
    case 'entity.too.large':
      return failure(413, 'The body is too large.', { causes: [{ reason: 'oversized', message: error.message }] });
    case 'entity.parse.failed':
      return failure(400, 'The body is not JSON.', { causes: [{ reason: 'malformed', message: 'not JSON' }] });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return failure(415, 'Send JSON in UTF-8, not compressed.');
    case 'request.aborted':
    case 'request.size.invalid':
      return failure(400, 'The body did not arrive as announced.');
  }
  if (isAway(error) || (error instanceof JournalError && error.fate === 'unknown'))
    return failure(503, 'Storage does not answer, or has no room left. Try again in a moment.', {
      retryAfterSeconds: AGAIN_S,
    });
  if (error instanceof URIError || error.status === 400) return failure(400, 'The address is not well formed.');
  return failure(500, 'That broke something here. It was noted.');
}
