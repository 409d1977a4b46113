/** Headers that would change what a request means, if we knew how: refused by name instead of ignored. */
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { failure, type Status } from '#schema/status.ts';

/** Characters of a header's name that are told back. */
const MOST_TOLD = 80;
const CONDITIONAL = 'conditional requests are not implemented';
const REFUSED: Readonly<Record<string, string>> = {
  'if-match': CONDITIONAL,
  'if-modified-since': CONDITIONAL,
  'if-unmodified-since': CONDITIONAL,
  'if-range': CONDITIONAL,
  range: 'parts of an answer are not given out',
  'content-range': 'parts of an object are not taken',
  prefer: 'an answer has one form',
  'audit-id': 'a request is told apart by X-Request-Id',
  'x-http-method': 'the method is the one of the request',
  'x-http-method-override': 'the method is the one of the request',
  'x-method-override': 'the method is the one of the request',
};

export function refusedHeaders(): RequestHandler {
  return (request, response, next) => {
    const refused = refusalOf(request.method, request.headers);
    if (!refused) return next();
    response.status(refused.code).json(refused);
  };
}

function refusalOf(method: string, headers: IncomingHttpHeaders): Status | undefined {
  const reads = method === 'GET' || method === 'HEAD';
  for (const name of Object.keys(headers)) {
    if (name.startsWith('impersonate-')) return wrong(403, name, 'nobody acts as somebody else here');
    const why = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
    if (why !== undefined) return wrong(400, name, why);
  }
  if (!reads && headers['if-none-match'] !== undefined) return wrong(400, 'if-none-match', 'only reads take it');
  if (method !== 'POST' && headers['idempotency-key'] !== undefined)
    return wrong(400, 'idempotency-key', 'only what creates takes it');
  const body = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return reads && body ? wrong(400, 'body', 'a read has none') : undefined;
}

function wrong(code: number, header: string, why: string): Status {
  const field = header.slice(0, MOST_TOLD).replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase());
  const cause = { reason: 'FieldValueForbidden', field, message: why };
  return failure(code, `${field}: ${why}.`, { causes: [cause] });
}
