/** What a Kubernetes client asks first: which groups, versions and resources there are. */
import { type RequestHandler, Router } from 'express';
import { API_PATH, API_VERSION, GROUP, VERSION } from '#schema/resources.ts';
import { failure } from '#schema/status.ts';
import { unknownParameter } from '#server/resources/query.ts';
import { type Resource, VERBS } from '#server/resources/resource.ts';

const GROUP_VERSION = { groupVersion: API_VERSION, version: VERSION };
const API_GROUP = { name: GROUP, versions: [GROUP_VERSION], preferredVersion: GROUP_VERSION };

/** Refuses any parameter but these and a `timeout`, and every form but JSON. */
export function onlyParameters(known: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const cause = unknownParameter(new URL(request.originalUrl, 'http://parlor').searchParams, known);
    if (cause) {
      response.status(400).json(failure(400, `${cause.field}: ${cause.message}`, { causes: [cause] }));
      return;
    }
    if (!response.locals.forms.includes('json')) {
      response.status(406).json(failure(406, 'This is application/json.'));
      return;
    }
    next();
  };
}

export function discovery(resources: readonly Resource[]): Router {
  const router = Router();
  router.get(['/api', '/apis', `/apis/${GROUP}`, API_PATH], onlyParameters([]));
  // No core group: an empty list of it would break `kubectl auth can-i`.
  router.get('/api', (_request, response) => {
    response.json({ kind: 'APIVersions', versions: [] });
  });
  router.get('/apis', (_request, response) => {
    response.json({ kind: 'APIGroupList', apiVersion: 'v1', groups: [API_GROUP] });
  });
  router.get(`/apis/${GROUP}`, (_request, response) => {
    response.json({ kind: 'APIGroup', apiVersion: 'v1', ...API_GROUP });
  });
  router.get(API_PATH, (_request, response) => {
    response.json({
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: API_VERSION,
      resources: resources.flatMap((resource) => [
        {
          name: resource.resource,
          singularName: resource.singular,
          namespaced: false,
          kind: resource.kind,
          verbs: VERBS.filter((verb) => resource[verb]),
          ...(resource.shortNames && { shortNames: resource.shortNames }),
        },
        ...Object.entries(resource.subresources ?? {}).map(([name, { kind, get, create }]) => ({
          name: `${resource.resource}/${name}`,
          singularName: '',
          namespaced: false,
          kind,
          verbs: [...(get ? ['get'] : []), ...(create ? ['create'] : [])],
        })),
      ]),
    });
  });
  return router;
}
