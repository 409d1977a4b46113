/**
 * Strict parser of request targets: a target that a member could parse differently is refused. Only the room's id
 * influences the upstream address, by a lookup.
 */

/** Longest target; enough for a sign-in's redirects and for an access token in a query. */
const MAX_TARGET = 8192;
const PATH = /^\/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;
/** Printable, and no fragment; browsers leave more of a query unescaped than the RFC allows. */
const QUERY = /^[!"$-~]*$/;
/** Encoded slashes, backslashes, control characters and dots. */
const DISGUISED = /%(?:2[ef]|5c|[01][0-9a-f]|7f)/i;
const SOCKET_PATH = /^\/([\w-]{1,64})\/([\w-]{1,64})$/;
const JOIN_PATH = /^\/matchmake\/joinById\/([\w-]{1,64})$/;
const SESSION = /^[\w-]{1,64}$/;
const HOST = /^(?:[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

export type Target = { path: string; query: string };

/** Undefined for anything but a plain origin-form target (not `http://…`, `//host`, `*`, `..`, `%2f`). */
export function targetOf(url: string): Target | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (!PATH.test(path) || !QUERY.test(query) || DISGUISED.test(path)) return undefined;
  const segments = path.split('/').slice(1);
  const last = segments.length - 1;
  if (segments.some((one, n) => one === '.' || one === '..' || (one === '' && n !== last))) return undefined;
  return { path, query };
}

export function isTooLong(url: string): boolean {
  return url.length > MAX_TARGET;
}

/**
 * `/<processId>/<roomId>?sessionId=…`, as the SDK dials it. The process is the one that reserved the seat; it is used
 * only for rooms that exist on every process, since the registry decides the owner of any other room.
 */
export function dialledRoom({ path, query }: Target): { process: string; room: string } | undefined {
  const [, process, room] = SOCKET_PATH.exec(path) ?? [];
  if (process === undefined || room === undefined) return undefined;
  return SESSION.test(new URLSearchParams(query).get('sessionId') ?? '') ? { process, room } : undefined;
}

/** The room of `POST /matchmake/joinById/<roomId>`. */
export function joinedRoom(path: string): string | undefined {
  return JOIN_PATH.exec(path)?.[1];
}

/** Exactly one `Host`, which must be a plain name. Members use it for redirects; the edge never dials it. */
export function isSoundHost(hosts: readonly string[] | undefined): boolean {
  return hosts?.length === 1 && HOST.test(hosts[0] as string);
}
