/** Sends a page, from express or from oidc-provider's koa, with headers that hold even without helmet. */
import type { Response } from 'express';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Html } from '#server/identity/embedded/html.ts';

function headers(origins: readonly string[]): Record<string, string> {
  return {
    'cache-control': 'no-store',
    // a form may end, after its redirects, at any of our sites
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      "script-src 'self'",
      "font-src 'self'",
      'img-src data:',
      `form-action 'self' ${origins.join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    // `no-referrer` would make browsers send `Origin: null` with our own forms
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
}

export function sendPage(response: Response, status: number, page: Html, origins: readonly string[]): void {
  response.status(status).set(headers(origins)).type('html').send(page.html);
}

export function sendKoaPage(ctx: KoaContextWithOIDC, page: Html, origins: readonly string[]): void {
  ctx.set(headers(origins));
  ctx.type = 'html';
  ctx.body = page.html;
}
