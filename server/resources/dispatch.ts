/** The end of the API's chain: asks the resource, and writes down what it answers. */
import type { Request, Response } from 'express';
import { failure } from '#schema/status.ts';
import { MERGE_PATCH } from '#server/resources/body.ts';
import { deleted } from '#server/resources/deletion.ts';
import type { ApiParts, Filter, Locals } from '#server/resources/filters.ts';
import { allowedMethods } from '#server/resources/request-info.ts';
import { type Answer, type Call, type Resource, refuse, VERBS } from '#server/resources/resource.ts';
import { toTable } from '#server/resources/table.ts';

const KEY = /^[\x21-\x7e]{1,80}$/;

export function dispatch(parts: ApiParts): Filter {
  return async (request, response) => {
    const { resource, part, info, query } = response.locals;
    const answered = await within(
      query.withinMs,
      ask(response.locals, () => callOf(parts, request as Request, response.locals)),
    );
    const { code, headers = {}, note } = answered;
    if (note !== undefined) response.locals.note = note;
    if (code === 405) response.set('Allow', allowedMethods(resource, part, info.name));
    response.status(code).set(headers);
    send(response, answered, parts.now());
  };
}

function send(response: Response<unknown, Locals>, { code, body }: Answer, now: number): void {
  const { resource, forms, query } = response.locals;
  const shown = code < 300 && isTabular(response.locals) && forms[0] === 'table' ? toTable(resource, body, now) : body;
  if (query.pretty) response.type('application/json').send(`${JSON.stringify(shown, null, 2)}\n`);
  else response.json(shown);
}

function isTabular({ resource, part, info }: Locals): boolean {
  return part === resource && info.verb !== 'delete';
}

async function ask(locals: Locals, call: () => Call | Answer): Promise<Answer> {
  const { resource, part, info, forms } = locals;
  const { verb, name, subresource } = info;
  const known = VERBS.find((each) => each === verb);
  const handler = known && (part as Resource)[known];
  if (!handler || (verb === 'create' && name !== '' && part === resource)) {
    const path = [resource.plural, name, subresource].filter(Boolean).join('/');
    return refuse(failure(405, `${path} cannot be asked to ${verb}.`, { kind: resource.plural }));
  }
  if (!isTabular(locals) && !forms.includes('json')) return refuse(failure(406, 'This answer is application/json.'));
  const asked = call();
  if ('code' in asked) return asked;
  return part === resource && verb === 'delete' ? deleted(resource, asked) : handler(asked);
}

/** What takes too long may happen all the same: of a write, only another look tells. */
async function within(ms: number | undefined, answered: Promise<Answer>): Promise<Answer> {
  if (ms === undefined) return answered;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    const sentence = `That took longer than the ${ms} ms of its timeout. It may still happen.`;
    timer = setTimeout(() => resolve(refuse(failure(504, sentence))), ms);
  });
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

function callOf(parts: ApiParts, request: Request, locals: Locals): Call | Answer {
  const { identity, info, query } = locals;
  const type = info.verb === 'patch' ? MERGE_PATCH : 'application/json';
  // A body of another type, or of none that is said.
  if (request.headers['content-length'] !== '0' && request.is(type) === false)
    return refuse(failure(415, `Send ${type}.`));
  const idempotencyKey = request.get('idempotency-key');
  if (idempotencyKey !== undefined) {
    const message = keyTrouble(idempotencyKey, locals);
    const cause = { reason: 'FieldValueInvalid', field: 'Idempotency-Key', message };
    if (message !== '') return refuse(failure(400, `${cause.field}: ${message}`, { causes: [cause] }));
  }
  return {
    identity,
    name: info.name,
    query,
    body: request.body,
    idempotencyKey,
    now: parts.now(),
    id: String(request.id),
    may: (verb, resource, subresource) =>
      parts.authorize({ user: identity, verb, resource, ...(subresource !== undefined && { subresource }) }),
  };
}

function keyTrouble(key: string, { resource, part }: Locals): string {
  if (part !== resource || !resource.idempotent) return 'it has no effect here';
  return KEY.test(key) ? '' : '1 to 80 printable characters';
}
