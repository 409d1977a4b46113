/**
 * A sign-in belongs to one origin: a page that was asked for under another name of this machine is asked for again at
 * the right one. A proxy that keeps the browser's Host to itself makes every page look like that, so the second time
 * there is a page that explains instead of a redirect.
 */
import type { Request, RequestHandler, Response } from 'express';
import { hostsOf, isHostOf } from '#server/http/host.ts';

/** In the query of a page that was redirected once. */
const MARK = 'asked-at-the-right-origin';
const MARKED = new RegExp(`[?&]${MARK}$`);

export function rightOrigin(origin: string, trustedProxies: number): RequestHandler {
  return (request, response, next) => {
    const right = hostsOf(request, trustedProxies).some((host) => isHostOf(host, origin));
    // `*`, or an address with a scheme: appended to the origin it would be another place.
    const target = request.originalUrl.startsWith('/') ? new URL(request.originalUrl, `${origin}/`) : undefined;
    if (!target || target.origin !== origin) return right ? next() : explain(request, response, origin);
    const { originalUrl: url } = request;
    const marked = MARKED.test(url);
    if (right && !marked) return next();
    if (!right && marked) return explain(request, response, origin);
    // Once there, the mark goes.
    const location = right ? url.replace(MARKED, '') : `${url}${url.includes('?') ? '&' : '?'}${MARK}`;
    response.set('Cache-Control', 'no-store').redirect(307, origin + location);
  };
}

function explain({ headers }: Request, response: Response, origin: string): void {
  const { host } = new URL(origin);
  const came = /^[\w.:[\]-]{1,255}$/.test(headers.host ?? '') ? headers.host : 'another name';
  response
    .status(421)
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Parlor is behind a proxy that changes Host</title>
<h1>Parlor cannot tell that you are at ${origin}</h1>
<p>Your request arrived for <code>${came}</code>. A reverse proxy in front of Parlor seems to replace the Host header
of your browser. Whoever runs this server can mend it in one of three ways:</p>
<ul>
<li>the proxy passes the header on: <code>proxy_set_header Host $http_host;</code> in nginx, while Caddy and Traefik do
so by themselves;</li>
<li>the proxy sends <code>X-Forwarded-Host: ${host}</code>, and <code>PARLOR_TRUSTED_PROXIES</code> counts it;</li>
<li><code>PARLOR_ORIGIN</code> is the address that browsers use, if that is not ${origin}.</li>
</ul>
<p>The guide “Behind a reverse proxy” in Parlor's documentation has working examples.</p></html>
`);
}
