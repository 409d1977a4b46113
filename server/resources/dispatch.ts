/** The end of the API's chain: asks the noun, and writes down what it answers. */
import type { Request } from 'express';
import { failure } from '#schema/status.ts';
import type { ApiParts, Filter, Locals } from '#server/resources/filters.ts';
import { type Answer, type Call, type Noun, refuse, VERBS } from '#server/resources/noun.ts';
import { allowedMethods } from '#server/resources/request-info.ts';
import { toTable, wantsTable } from '#server/resources/table.ts';

const KEY = /^[\x21-\x7e]{1,80}$/;

export function dispatch(parts: ApiParts): Filter {
  return async (request, response) => {
    const { noun, part, info } = response.locals;
    const answered = await ask(response.locals, () => callOf(parts, request as Request, response.locals));
    const { code, body, headers = {}, note } = answered;
    if (note !== undefined) response.locals.note = note;
    if (code === 405) response.set('Allow', allowedMethods(noun, part, info.name));
    const isObject = code < 300 && info.verb !== 'delete' && part === noun;
    response.status(code).set(headers);
    response.json(isObject && wantsTable(request.headers.accept) ? toTable(noun, body) : body);
  };
}

async function ask({ noun, part, info }: Locals, call: () => Call | Answer): Promise<Answer> {
  const { verb, name, subresource } = info;
  const known = VERBS.find((each) => each === verb);
  const handler = known && (part as Noun)[known];
  if (!handler || (verb === 'create' && name !== '' && part === noun)) {
    const path = [noun.resource, name, subresource].filter(Boolean).join('/');
    return refuse(failure(405, `${path} cannot be asked to ${verb}.`, { kind: noun.resource }));
  }
  const asked = call();
  return 'code' in asked ? asked : handler(asked);
}

function callOf(parts: ApiParts, request: Request, { identity, info, query }: Locals): Call | Answer {
  const hasBody = request.headers['content-length'] !== '0';
  if (info.verb === 'create' && hasBody && request.is('application/json') === false)
    return refuse(failure(415, 'Send application/json.'));
  const idempotencyKey = request.get('idempotency-key');
  if (idempotencyKey !== undefined && !KEY.test(idempotencyKey)) {
    const cause = { reason: 'FieldValueInvalid', field: 'Idempotency-Key', message: '1 to 80 printable characters' };
    return refuse(failure(400, `${cause.field}: ${cause.message}`, { causes: [cause] }));
  }
  return {
    identity,
    name: info.name,
    query,
    body: request.body,
    idempotencyKey,
    id: String(request.id),
    may: (verb, resource, subresource) =>
      parts.authorize({ user: identity, verb, resource, ...(subresource !== undefined && { subresource }) }),
  };
}
