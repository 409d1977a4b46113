/** The built browser client: hashed files that never change, and one page for the paths that it answers itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { failure } from '#schema/status.ts';
import { isPage } from '#server/http/route.ts';

export type ClientFiles = {
  /** Where `vite build` put its output. */
  directory: string;
  origin: string;
};

export function clientFiles({ directory, origin }: ClientFiles): Router {
  const router = Router();
  router.use(pages(directory, origin));
  router.use('/assets', express.static(join(directory, 'assets'), { immutable: true, maxAge: '1y', index: false }));
  router.use(express.static(directory, { index: false, redirect: false, maxAge: '1h', dotfiles: 'ignore' }));
  return router;
}

function pages(directory: string, origin: string): RequestHandler {
  const { host } = new URL(origin);
  return async (request, response, next) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || !isPage(request.path)) return next();
    // A sign-in belongs to one origin: whoever comes by another name of this machine is sent to the right one.
    if (request.headers.host !== host) return response.redirect(307, origin + request.originalUrl);
    const page = await readFile(join(directory, 'index.html')).catch(missing);
    if (!page) return response.status(503).json(failure(503, 'The client is not built yet: npm run build'));
    return response.set('Cache-Control', 'no-cache').type('html').send(page);
  };
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
