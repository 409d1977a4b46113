/**
 * What a client asks for, read strictly: whatever a member could read otherwise than we do is refused here.
 * Nothing in it ever decides where we dial, but for the room's id, which is looked up.
 */

/** Enough for a sign-in's redirects and for an access token in a query. */
const MAX_TARGET = 8192;
const PATH = /^\/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;
/** Printable, and no fragment; browsers leave more of a query unescaped than the RFC allows. */
const QUERY = /^[!"$-~]*$/;
/** Slashes, backslashes, control characters and dots in disguise. */
const DISGUISED = /%(?:2[ef]|5c|[01][0-9a-f]|7f)/i;
const SOCKET_PATH = /^\/([\w-]{1,64})\/([\w-]{1,64})$/;
const JOIN_PATH = /^\/matchmake\/joinById\/([\w-]{1,64})$/;
const SESSION = /^[\w-]{1,64}$/;
const HOST = /^(?:[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

export type Target = { path: string; query: string };

/** Undefined for what is not a plain origin-form target (`http://…`, `//host`, `*`, `..`, `%2f`). */
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
 * `/<processId>/<roomId>?sessionId=…`, as the SDK dials it. The process is where the seat was given: where a room
 * is now is not for the client to say, but for rooms that every process has one of, it tells which of them.
 */
export function dialledRoom({ path, query }: Target): { process: string; room: string } | undefined {
  const [, process, room] = SOCKET_PATH.exec(path) ?? [];
  if (process === undefined || room === undefined) return undefined;
  return SESSION.test(new URLSearchParams(query).get('sessionId') ?? '') ? { process, room } : undefined;
}

/** The room that `POST /matchmake/joinById/<roomId>` is for. */
export function joinedRoom(path: string): string | undefined {
  return JOIN_PATH.exec(path)?.[1];
}

/** One `Host`, and nothing in it that is not a name. Members redirect by it; we never dial it. */
export function isSoundHost(hosts: readonly string[] | undefined): boolean {
  return hosts?.length === 1 && HOST.test(hosts[0] as string);
}
