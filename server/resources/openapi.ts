/** The OpenAPI document, from the schemas that the API itself validates with. */
import { extendZodWithOpenApi, OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { Router } from 'express';
import { z } from 'zod';
import {
  API_PATH,
  GROUP,
  listOf,
  newBan,
  newMatch,
  newMessage,
  newMonitorPass,
  newMute,
  playerPatch,
  VERSION,
} from '#schema/resources.ts';
import { status } from '#schema/status.ts';
import { MERGE_PATCH } from '#server/resources/body.ts';
import { onlyParameters } from '#server/resources/discovery.ts';
import { type Noun, VERBS, type Verb } from '#server/resources/noun.ts';

extendZodWithOpenApi(z);

/** What a POST of each kind carries. */
/** What a PATCH of each kind carries. */
const PATCHES: Readonly<Record<string, z.ZodType>> = { Player: playerPatch };
const patchOf = (kind: string) => ({ content: { [MERGE_PATCH]: { schema: PATCHES[kind] ?? z.object({}) } } });

const ORDERS: Readonly<Record<string, z.ZodType>> = {
  Match: newMatch,
  Message: newMessage,
  Ban: newBan,
  MonitorPass: newMonitorPass,
  Mute: newMute,
};
/** By this kubectl finds a kind in the document. */
const GVK = 'x-kubernetes-group-version-kind';
const gvk = (kind: string) => ({ group: GROUP, version: VERSION, kind });
const DOCUMENT = `apis/${GROUP}/${VERSION}`;

export function openapi(nouns: readonly Noun[], version: string): Router {
  const document = describe(nouns, version);
  const router = Router();
  router.get(['/openapi/v3', `/openapi/v3/${DOCUMENT}`], onlyParameters(['hash']));
  router.get('/openapi/v3', (_request, response) => {
    response.json({ paths: { [DOCUMENT]: { serverRelativeURL: `/openapi/v3/${DOCUMENT}?hash=${version}` } } });
  });
  router.get(`/openapi/v3/${DOCUMENT}`, (_request, response) => {
    response.json(document);
  });
  return router;
}

export function describe(nouns: readonly Noun[], version: string): object {
  const registry = new OpenAPIRegistry();
  // `meta` copies the schema: only those made after `extendZodWithOpenApi` can be registered.
  const component = (name: string, schema: z.ZodType) =>
    registry.register(name, schema.meta({ title: name, [GVK]: [gvk(name)] }));
  const refused = component('Status', status);
  for (const noun of nouns) {
    const one = component(noun.kind, noun.schema);
    const many = listOf(noun.kind, one);
    const given = ORDERS[noun.kind];
    if (given && !noun.patch) {
      registry.registerPath({
        method: 'patch',
        path: `${API_PATH}/${noun.resource}/{name}`,
        operationId: `patch${noun.kind}`,
        summary: 'Always refused. kubectl looks here for `fieldValidation` before it leaves validation to the server.',
        tags: [noun.resource],
        [GVK]: gvk(noun.kind),
        request: {
          params: z.object({ name: z.string() }),
          query: z.object({ fieldValidation: z.string().optional() }),
        },
        responses: { 405: { description: 'Not served', ...json(refused) } },
      });
    }
    for (const [name, { kind, schema, get, create }] of Object.entries(noun.subresources ?? {})) {
      const part = schema === status ? refused : component(kind, schema);
      for (const verb of [...(get ? ['get' as const] : []), ...(create ? ['create' as const] : [])]) {
        registry.registerPath({
          method: METHODS[verb],
          path: `${API_PATH}/${noun.resource}/{name}/${name}`,
          operationId: `${verb}${noun.kind}${name[0]?.toUpperCase()}${name.slice(1)}`,
          tags: [noun.resource],
          [GVK]: gvk(kind),
          request: { params: z.object({ name: z.string() }) },
          responses: {
            200: { description: kind, ...json(part) },
            default: { description: 'Refused, with the reason', ...json(refused) },
          },
        });
      }
    }
    for (const verb of VERBS.filter((each) => noun[each])) {
      registry.registerPath({
        method: METHODS[verb],
        path: `${API_PATH}/${noun.resource}${ofOne(verb) ? '/{name}' : ''}`,
        operationId: `${verb}${noun.kind}`,
        tags: [noun.resource],
        [GVK]: gvk(noun.kind),
        request: {
          ...(ofOne(verb) && { params: z.object({ name: z.string() }) }),
          ...(verb === 'list' && { query: listQuery }),
          ...(verb === 'create' && given && { body: json(given) }),
          ...(verb === 'patch' && { body: patchOf(noun.kind) }),
        },
        responses: {
          [verb === 'create' ? 201 : 200]: {
            description: verb === 'delete' ? 'Gone' : noun.kind,
            ...json(verb === 'list' ? many : verb === 'delete' ? refused : one),
          },
          default: { description: 'Refused, with the reason', ...json(refused) },
        },
      });
    }
  }
  const generator = new OpenApiGeneratorV31(registry.definitions);
  return generator.generateDocument({ openapi: '3.1.0', info: { title: 'Parlor', version } });
}

const ofOne = (verb: Verb) => verb === 'get' || verb === 'patch' || verb === 'delete';

const METHODS = { list: 'get', get: 'get', create: 'post', patch: 'patch', delete: 'delete' } as const satisfies Record<
  Verb,
  string
>;

const listQuery = z.object({
  limit: z.int().min(0).optional(),
  continue: z.string().optional(),
  labelSelector: z.string().optional(),
  minSeq: z.int().min(0).optional(),
});

function json(schema: z.ZodType) {
  return { content: { 'application/json': { schema } } };
}
