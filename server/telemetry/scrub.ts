/** Takes out of a text what must never be written down: access tokens and reconnection secrets. */

/** Values of these query parameters are harmless; all others are hidden in logged addresses. */
const HARMLESS = new Set(['limit', 'labelSelector', 'fieldSelector', 'minSeq', 'watch', 'timeout', 'skipHandshake']);

const HIDDEN = '[hidden]';
const JWT = /\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g;
const BEARER = /\b(bearer|basic)(\s+)[\w.~+/=-]+/gi;
/** `name=value` and `"name":"value"` of everything that admits somebody. */
const NAMED =
  /((?:_authToken|reconnectionToken|sessionId|access_token|refresh_token|id_token|id_token_hint|logout_token|client_secret|code_verifier|password|(?<![a-zA-Z_])(?:code|state|cookie|authorization|token))\\?"?(?:=|:\\?\s*\\?"))[^&\s"\\,}]+/gi;

/** The values that a failed query was given, in its message or before the frames of its stack. */
const PARAMS = /(\\n|\n)params: (?:(?!(?:\\n|\n) {4}at )(?:\\.|[^"\\]))*/g;

/** The net under every log line, whoever wrote it. */
export function scrub(text: string): string {
  const bare = text.includes('Failed query: ') ? text.replace(PARAMS, `$1params: ${HIDDEN}`) : text;
  return bare.replace(JWT, HIDDEN).replace(BEARER, `$1$2${HIDDEN}`).replace(NAMED, `$1${HIDDEN}`);
}

/** A request's address as it may be logged: path, parameter names, harmless values. */
export function scrubUrl(url: string): string {
  const [path = '', query] = url.split('?', 2);
  if (!query) return scrub(path);
  const pairs = query.split('&').map((pair) => {
    const [name = '', value] = pair.split('=', 2);
    return value === undefined || HARMLESS.has(name) ? pair : `${name}=${HIDDEN}`;
  });
  return scrub(`${path}?${pairs.join('&')}`);
}
