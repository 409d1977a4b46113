/** What a Kubernetes client asks first: which groups, versions and resources there are. */
import { type RequestHandler, Router } from 'express';
import { failure } from '#schema/status.ts';
import { apiVersionOf, type Group, groupsOf, pathOf } from '#server/resources/group.ts';
import { unknownParameter } from '#server/resources/query.ts';
import { type Facts, VERBS } from '#server/resources/resource.ts';

function apiGroup(group: Group) {
  const version = { groupVersion: apiVersionOf(group), version: group.version };
  return { name: group.name, versions: [version], preferredVersion: version };
}

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

export function discovery(resources: readonly Facts[]): Router {
  const router = Router();
  const groups = groupsOf(resources);
  const documents = groups.flatMap((group) => [`/apis/${group.name}`, pathOf(group)]);
  router.get(['/api', '/apis', ...documents], onlyParameters([]));
  // No core group: an empty list of it would break `kubectl auth can-i`.
  router.get('/api', (_request, response) => {
    response.json({ kind: 'APIVersions', versions: [] });
  });
  router.get('/apis', (_request, response) => {
    response.json({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) });
  });
  for (const group of groups) {
    const ofGroup = resources.filter((one) => apiVersionOf(one.group) === apiVersionOf(group));
    router.get(`/apis/${group.name}`, (_request, response) => {
      response.json({ kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) });
    });
    router.get(pathOf(group), (_request, response) => {
      const head = { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf(group) };
      response.json({ ...head, resources: ofGroup.flatMap(listed) });
    });
  }
  return router;
}

function listed({ plural, singular, kind, verbs, shortNames, subresources = {} }: Facts): object[] {
  return [
    {
      name: plural,
      singularName: singular,
      namespaced: false,
      kind,
      verbs: VERBS.filter((verb) => verbs.includes(verb)),
      ...(shortNames && { shortNames }),
    },
    ...Object.entries(subresources).map(([name, part]) => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced: false,
      kind: part.kind,
      verbs: part.verbs,
    })),
  ];
}
