/** The OpenAPI document, from the schemas that the API itself validates with. */
import {
  extendZodWithOpenApi,
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { Router } from 'express';
import { z } from 'zod';
import { listOf } from '#schema/resources.ts';
import { status } from '#schema/status.ts';
import { MERGE_PATCH } from '#server/resources/body.ts';
import { onlyParameters } from '#server/resources/discovery.ts';
import { apiVersionOf, type Group, groupsOf, PARLOR, pathOf } from '#server/resources/group.ts';
import { type Facts, VERBS, type Verb } from '#server/resources/resource.ts';

extendZodWithOpenApi(z);

/** By this kubectl finds a kind in the document. */
const GVK = 'x-kubernetes-group-version-kind';
const gvk = ({ name, version }: Group, kind: string) => ({ group: name, version, kind });

export function openapi(resources: readonly Facts[], version: string): Router {
  const groups = groupsOf(resources);
  const document = (group: Group) => `/openapi/v3${pathOf(group)}`;
  const router = Router();
  router.get(['/openapi/v3', ...groups.map(document)], onlyParameters(['hash']));
  router.get('/openapi/v3', (_request, response) => {
    const paths = groups.map((group) => [
      pathOf(group).slice(1),
      { serverRelativeURL: `${document(group)}?hash=${version}` },
    ]);
    response.json({ paths: Object.fromEntries(paths) });
  });
  for (const group of groups) {
    const ofGroup = resources.filter((one) => pathOf(one.group) === pathOf(group));
    const described = describe(ofGroup, version);
    router.get(document(group), (_request, response) => {
      response.json(described);
    });
  }
  return router;
}

export function describe(resources: readonly Facts[], version: string): object {
  const registry = new OpenAPIRegistry();
  for (const path of pathsOf(resources, registry)) registry.registerPath(path);
  const generator = new OpenApiGeneratorV31(registry.definitions);
  return generator.generateDocument({ openapi: '3.1.0', info: { title: 'Parlor', version } });
}

function* pathsOf(resources: readonly Facts[], registry: OpenAPIRegistry): Generator<RouteConfig> {
  // `meta` copies the schema: only those made after `extendZodWithOpenApi` can be registered.
  const component = (name: string, schema: z.ZodType, group: Group = PARLOR) =>
    registry.register(name, schema.meta({ title: name, [GVK]: [gvk(group, name)] }));
  const refused = component('Status', status);
  const otherwise = { description: 'Refused, with the reason', ...json(refused) };
  for (const resource of resources) {
    const { group, kind, plural, verbs, creates, patches, subresources = {} } = resource;
    const path = `${pathOf(group)}/${plural}`;
    const one = component(kind, resource.schema, group);
    const known = { tags: [plural], [GVK]: gvk(group, kind) };
    if (creates && !patches)
      yield {
        ...known,
        method: 'patch',
        path: `${path}/{name}`,
        operationId: `patch${kind}`,
        summary: 'Always refused. kubectl looks here for `fieldValidation` before it leaves validation to the server.',
        request: { params: named, query: z.object({ fieldValidation: z.string().optional() }) },
        responses: { 405: { description: 'Not served', ...json(refused) } },
      };
    for (const [name, part] of Object.entries(subresources)) {
      const schema = part.schema === status ? refused : component(part.kind, part.schema, group);
      for (const verb of part.verbs)
        yield {
          method: METHODS[verb],
          path: `${path}/{name}/${name}`,
          operationId: `${verb}${kind}${name[0]?.toUpperCase()}${name.slice(1)}`,
          tags: [plural],
          [GVK]: gvk(group, part.kind),
          request: { params: named },
          responses: { 200: { description: part.kind, ...json(schema) }, default: otherwise },
        };
    }
    for (const verb of VERBS.filter((each) => verbs.includes(each))) {
      const given = { list: listOf(kind, one, apiVersionOf(group)), delete: refused } as Partial<
        Record<Verb, z.ZodType>
      >;
      yield {
        ...known,
        method: METHODS[verb],
        path: `${path}${ofOne(verb) ? '/{name}' : ''}`,
        operationId: `${verb}${kind}`,
        request: {
          ...(ofOne(verb) && { params: named }),
          ...(verb === 'list' && { query: listQuery }),
          ...(verb === 'create' && creates && { body: json(creates) }),
          ...(verb === 'patch' && patches && { body: { content: { [MERGE_PATCH]: { schema: patches } } } }),
        },
        responses: {
          [verb === 'create' ? 201 : 200]: {
            description: verb === 'delete' ? 'Gone' : kind,
            ...json(given[verb] ?? one),
          },
          default: otherwise,
        },
      };
    }
  }
}

const named = z.object({ name: z.string() });
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
