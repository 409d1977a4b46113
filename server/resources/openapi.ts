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
import { type Resource, VERBS, type Verb } from '#server/resources/resource.ts';

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

export function openapi(resources: readonly Resource[], version: string): Router {
  const document = describe(resources, version);
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

export function describe(resources: readonly Resource[], version: string): object {
  const registry = new OpenAPIRegistry();
  // `meta` copies the schema: only those made after `extendZodWithOpenApi` can be registered.
  const component = (name: string, schema: z.ZodType) =>
    registry.register(name, schema.meta({ title: name, [GVK]: [gvk(name)] }));
  const refused = component('Status', status);
  for (const resource of resources) {
    const one = component(resource.kind, resource.schema);
    const many = listOf(resource.kind, one);
    const given = ORDERS[resource.kind];
    if (given && !resource.patch) {
      registry.registerPath({
        method: 'patch',
        path: `${API_PATH}/${resource.resource}/{name}`,
        operationId: `patch${resource.kind}`,
        summary: 'Always refused. kubectl looks here for `fieldValidation` before it leaves validation to the server.',
        tags: [resource.resource],
        [GVK]: gvk(resource.kind),
        request: {
          params: z.object({ name: z.string() }),
          query: z.object({ fieldValidation: z.string().optional() }),
        },
        responses: { 405: { description: 'Not served', ...json(refused) } },
      });
    }
    for (const [name, { kind, schema, get, create }] of Object.entries(resource.subresources ?? {})) {
      const part = schema === status ? refused : component(kind, schema);
      for (const verb of [...(get ? ['get' as const] : []), ...(create ? ['create' as const] : [])]) {
        registry.registerPath({
          method: METHODS[verb],
          path: `${API_PATH}/${resource.resource}/{name}/${name}`,
          operationId: `${verb}${resource.kind}${name[0]?.toUpperCase()}${name.slice(1)}`,
          tags: [resource.resource],
          [GVK]: gvk(kind),
          request: { params: z.object({ name: z.string() }) },
          responses: {
            200: { description: kind, ...json(part) },
            default: { description: 'Refused, with the reason', ...json(refused) },
          },
        });
      }
    }
    for (const verb of VERBS.filter((each) => resource[each])) {
      registry.registerPath({
        method: METHODS[verb],
        path: `${API_PATH}/${resource.resource}${ofOne(verb) ? '/{name}' : ''}`,
        operationId: `${verb}${resource.kind}`,
        tags: [resource.resource],
        [GVK]: gvk(resource.kind),
        request: {
          ...(ofOne(verb) && { params: z.object({ name: z.string() }) }),
          ...(verb === 'list' && { query: listQuery }),
          ...(verb === 'create' && given && { body: json(given) }),
          ...(verb === 'patch' && { body: patchOf(resource.kind) }),
        },
        responses: {
          [verb === 'create' ? 201 : 200]: {
            description: verb === 'delete' ? 'Gone' : resource.kind,
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
