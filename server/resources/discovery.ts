/** What a Kubernetes client asks first: which groups, versions and resources there are. */
import { Router } from 'express';
import { API_PATH, API_VERSION, GROUP, VERSION } from '#schema/resources.ts';
import { type Noun, VERBS } from '#server/resources/noun.ts';

const GROUP_VERSION = { groupVersion: API_VERSION, version: VERSION };
const API_GROUP = { name: GROUP, versions: [GROUP_VERSION], preferredVersion: GROUP_VERSION };

export function discovery(nouns: readonly Noun[]): Router {
  const router = Router();
  // No core group: an empty list of it would break `kubectl auth can-i`.
  router.get('/api', (_request, response) => void response.json({ kind: 'APIVersions', versions: [] }));
  router.get(
    '/apis',
    (_request, response) => void response.json({ kind: 'APIGroupList', apiVersion: 'v1', groups: [API_GROUP] }),
  );
  router.get(
    `/apis/${GROUP}`,
    (_request, response) => void response.json({ kind: 'APIGroup', apiVersion: 'v1', ...API_GROUP }),
  );
  router.get(
    API_PATH,
    (_request, response) =>
      void response.json({
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion: API_VERSION,
        resources: nouns.flatMap((noun) => [
          {
            name: noun.resource,
            singularName: noun.singular,
            namespaced: false,
            kind: noun.kind,
            verbs: VERBS.filter((verb) => noun[verb]),
            ...(noun.shortNames && { shortNames: noun.shortNames }),
          },
          ...Object.entries(noun.subresources ?? {}).map(([name, { kind, get, create }]) => ({
            name: `${noun.resource}/${name}`,
            singularName: '',
            namespaced: false,
            kind,
            verbs: [...(get ? ['get'] : []), ...(create ? ['create'] : [])],
          })),
        ]),
      }),
  );
  return router;
}
