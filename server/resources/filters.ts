/** The filters before a resource is asked. Each one either answers with a Status or adds to what is known. */
import type { RequestHandler } from 'express';
import type { Authenticate, Authorize, Decision, Identity } from '#rooms/ports.ts';
import { failure, refusal } from '#schema/status.ts';
import type { Limiter } from '#server/limits/limiter.ts';
import { type Form, formsOf } from '#server/resources/accept.ts';
import { groupsOf, pathOf } from '#server/resources/group.ts';
import { NO_QUERY, parseQuery, type Query } from '#server/resources/query.ts';
import { type RequestInfo, requestInfo } from '#server/resources/request-info.ts';
import { partOf, type Resource, type Subresource, VERBS } from '#server/resources/resource.ts';
import type { Metrics } from '#server/telemetry/metrics.ts';

/** One request to the API, as the audit log keeps it. `code` is the HTTP status. */
export type AuditRecord = RequestInfo & {
  request: string;
  player: string;
  allowed: boolean;
  reason: string;
  code: number;
  /** What else there is to know of what was done. */
  note?: string;
  /** The `fieldManager` that the client gave. */
  manager?: string;
};

export type ApiParts = {
  resources: readonly Resource[];
  authenticate: Authenticate;
  authorize: Authorize;
  /** Wall ms, by the clock of the rooms: an object that is over for its room is over here. */
  now(): number;
  /** Never blocks and never throws. */
  audit(record: AuditRecord): void;
  perPlayer: Limiter;
  metrics: Metrics;
  /** Bytes. */
  maxBody: number;
  version: string;
};

/** What the filters find out, in the order of the chain. */
export type Locals = {
  identity: Identity;
  info: RequestInfo;
  resource: Resource;
  /** The resource itself, or the part of an object that the path names. */
  part: Resource | Subresource;
  query: Query;
  decision: Decision;
  /** The forms of an answer that the client takes. */
  forms: readonly Form[];
  note?: string;
};
export type Filter = RequestHandler<Record<string, string>, unknown, unknown, unknown, Locals>;

export function negotiate(): RequestHandler {
  return (request, response, next) => {
    response.set('Cache-Control', 'no-store').vary('Accept');
    const forms = formsOf(request.headers.accept);
    response.locals.forms = forms;
    if (forms.length > 0) return next();
    response.status(406).json(failure(406, 'Answers are application/json.'));
  };
}

export function authenticate(parts: ApiParts): Filter {
  return async (request, response, next) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const identity = await parts.authenticate(token ?? '', { userAgent: request.get('user-agent') });
    if (!('refused' in identity)) {
      response.locals.identity = identity;
      return next();
    }
    const answer = refusal(identity.refused, { detail: identity.detail, facts: identity.facts });
    parts.metrics.refused(identity.refused);
    if (answer.code === 401) response.set('WWW-Authenticate', 'Bearer');
    response.status(answer.code).json(answer);
  };
}

export function identify(resources: readonly Resource[]): Filter {
  const groups = groupsOf(resources).map(pathOf);
  return (request, response, next) => {
    const search = new URL(request.originalUrl, 'http://parlor').searchParams;
    const path = request.baseUrl + request.path;
    const group = groups.find((each) => path.startsWith(`${each}/`));
    const info =
      group === undefined ? undefined : requestInfo(request.method, path.slice(group.length), search.get('watch'));
    const resource = info && resources.find((one) => one.plural === info.resource && pathOf(one.group) === group);
    const part = resource && partOf(resource, info.subresource);
    if (!info || !resource || !part) {
      response.status(404).json(failure(404, 'the server could not find the requested resource'));
      return;
    }
    const verb = VERBS.find((each) => each === info.verb && part[each as keyof typeof part]);
    // What cannot be asked for at all is answered so, whatever its parameters.
    const query = verb ? parseQuery(search, verb, part) : NO_QUERY;
    if ('wrong' in query) {
      const { field, message } = query.wrong;
      response.status(400).json(failure(400, `${field}: ${message}`, { kind: resource.plural, causes: [query.wrong] }));
      return;
    }
    Object.assign(response.locals, { info, resource, part, query });
    next();
  };
}

/** Writes the record when all is over, allowed or not. */
export function audit(parts: ApiParts): Filter {
  return (request, response, next) => {
    response.once('close', () => {
      const { identity, info, decision, note, query } = response.locals;
      const who = { request: String(request.id), player: identity.player };
      const more = {
        ...(note !== undefined && { note }),
        ...(query.manager !== undefined && { manager: query.manager }),
      };
      parts.audit({ ...info, ...who, ...decision, code: response.statusCode, ...more });
    });
    next();
  };
}

export function authorize(parts: ApiParts): Filter {
  return (_request, response, next) => {
    const { identity, info } = response.locals;
    const decision = parts.authorize({ user: identity, ...info });
    response.locals.decision = decision;
    if (decision.allowed) return next();
    parts.metrics.refused('forbidden');
    const answer = refusal('forbidden', { detail: decision.reason });
    response.status(403).json({ ...answer, details: { ...answer.details, kind: info.resource } });
  };
}
