/**
 * The part of Keycloak's admin REST API that Parlor uses, in Keycloak's own shapes, for the service client
 * only (client credentials). Tools written for Keycloak run against the embedded provider unchanged.
 */
import { json, type NextFunction, type Request, type Response, Router } from 'express';
import { type JWTVerifyGetKey, jwtVerify } from 'jose';
import { answerTo } from '#schema/refusals.ts';
import { ADMIN_PATH } from '#server/identity/embedded/paths.ts';
import { AUDIENCE, SERVICE_CLIENT } from '#server/identity/embedded/provider.ts';
import type { Sessions, User, Users } from '#server/identity/identity.ts';

type Ports = { users: Users; sessions: Sessions; keys: JWTVerifyGetKey; issuer: string };

export function adminRoutes({ users, sessions, keys, issuer }: Ports): Router {
  const router = Router();

  async function service(request: Request, response: Response, next: NextFunction) {
    const token = request.get('authorization')?.match(/^Bearer (\S+)$/i)?.[1] ?? '';
    const verified = await jwtVerify(token, keys, { issuer, audience: AUDIENCE, algorithms: ['RS256'] }).catch(
      () => null,
    );
    if (verified?.payload.azp !== SERVICE_CLIENT) return problem(response, 401, 'HTTP 401 Unauthorized');
    next();
  }
  router.use(ADMIN_PATH, service, json({ limit: '16kb' }));

  router.post(`${ADMIN_PATH}/users`, async (request, response) => {
    const { username, credentials, enabled } = (request.body ?? {}) as Record<string, unknown>;
    const [credential] = Array.isArray(credentials) ? credentials : [];
    const created = await users.create({ username: String(username ?? ''), password: String(credential?.value ?? '') });
    if ('refused' in created) {
      return problem(
        response,
        answerTo(created.refused).status === 409 ? 409 : 400,
        answerTo(created.refused).sentence,
      );
    }
    if (enabled === false) await users.setEnabled(created.id, false);
    response
      .status(201)
      .location(`${new URL(issuer).origin}${ADMIN_PATH}/users/${created.id}`)
      .end();
  });

  router.get(`${ADMIN_PATH}/users`, async (request, response) => {
    const { username } = request.query;
    const found = typeof username === 'string' ? [await users.find(username)] : await users.list();
    response.json(found.flatMap((user) => (user ? represent(user) : [])));
  });

  const user = `${ADMIN_PATH}/users/:id`;
  router.use(user, async (request, response, next) => {
    if (await users.get(request.params.id)) return next();
    problem(response, 404, 'User not found');
  });
  router.get(user, async (request, response) => {
    const found = await users.get(request.params.id);
    if (found) response.json(represent(found));
  });
  router.put(user, async (request, response) => {
    const { enabled } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof enabled === 'boolean') await users.setEnabled(request.params.id, enabled);
    response.status(204).end();
  });
  router.delete(user, async (request, response) => {
    await users.delete(request.params.id);
    response.status(204).end();
  });
  router.post(`${user}/logout`, async (request, response) => {
    await sessions.revokeAll(request.params.id);
    response.status(204).end();
  });
  router.get(`${user}/sessions`, async (request, response) => {
    const logins = await sessions.list(request.params.id);
    response.json(logins.map(({ id, user: userId, startedAt }) => ({ id, userId, start: startedAt })));
  });
  router.delete(`${ADMIN_PATH}/sessions/:sid`, async (request, response) => {
    if (await sessions.revoke(request.params.sid)) response.status(204).end();
    else problem(response, 404, 'Session not found');
  });

  return router;
}

function represent({ id, username, enabled, createdAt }: User) {
  return { id, username, enabled, createdTimestamp: createdAt };
}

function problem(response: Response, status: number, errorMessage: string): void {
  response.status(status).json({ errorMessage });
}
