/** The API's own chain, in order. Everything here has passed `server/http.ts`. */
import express, { type RequestHandler, Router } from 'express';
import { limited } from '#server/limits/limiter.ts';
import { MERGE_PATCH } from '#server/resources/body.ts';
import { discovery, onlyParameters } from '#server/resources/discovery.ts';
import { dispatch } from '#server/resources/dispatch.ts';
import { type ApiParts, audit, authenticate, authorize, identify, negotiate } from '#server/resources/filters.ts';
import { openapi } from '#server/resources/openapi.ts';
import { refusedHeaders } from '#server/resources/refused-headers.ts';

const ROOTS = ['/version', '/api', '/apis', '/openapi'];
/** Anybody may ask for the version: it is what a client is told by, before it signs in. */
const SIGNED_IN = ROOTS.slice(1);

export function api(parts: ApiParts): Router {
  const { resources, version, metrics, perPlayer, maxBody } = parts;
  const player = (response: { locals: { identity?: { player: string } } } | undefined) =>
    response?.locals.identity?.player ?? '';

  const router = Router({ caseSensitive: true });
  router.use(ROOTS, refusedHeaders(), negotiate());
  router.get('/version', onlyParameters([]), (_request, response) => {
    response.json({ major: '1', minor: '32', gitVersion: `v1.32.0+parlor.${version}` });
  });
  router.use(SIGNED_IN, authenticate(parts) as RequestHandler);
  router.use(
    SIGNED_IN,
    limited(perPlayer, metrics, (request) => player(request.res)),
  );
  // What there is to ask for, anyone who is signed in may know.
  router.use(discovery(resources));
  router.use(openapi(resources, version));
  router.use('/apis', identify(resources) as RequestHandler);
  router.use('/apis', audit(parts) as RequestHandler);
  router.use('/apis', authorize(parts) as RequestHandler);
  router.use('/apis', express.json({ limit: maxBody, inflate: false, type: ['application/json', MERGE_PATCH] }));
  router.use('/apis', dispatch(parts) as RequestHandler);
  return router;
}
