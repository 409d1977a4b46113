/** The built browser client: hashed files that never change, and one page for the paths that it answers itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';
import { failure } from '#schema/status.ts';
import { rightOrigin } from '#server/http/right-origin.ts';
import { isPage } from '#server/http/route.ts';

export type ClientFiles = {
  /** Where `vite build` put its output. */
  directory: string;
  origin: string;
  /** Whose X-Forwarded-Host is believed. */
  trustedProxies: number;
};

export function clientFiles({ directory, origin, trustedProxies }: ClientFiles): Router {
  const router = Router();
  const right = rightOrigin(origin, trustedProxies);
  router.use((request, response, next) => (asksForPage(request) ? right(request, response, next) : next()));
  router.use(pages(directory));
  router.use('/assets', express.static(join(directory, 'assets'), { immutable: true, maxAge: '1y', index: false }));
  router.use(express.static(directory, { index: false, redirect: false, maxAge: '1h', dotfiles: 'ignore' }));
  return router;
}

function asksForPage({ method, path }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && isPage(path);
}

function pages(directory: string): RequestHandler {
  return async (request, response, next) => {
    if (!asksForPage(request)) return next();
    const page = await readFile(join(directory, 'index.html')).catch(missing);
    if (!page) return response.status(503).json(failure(503, 'The client is not built yet: npm run build'));
    return response.set('Cache-Control', 'no-cache').type('html').send(page);
  };
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
