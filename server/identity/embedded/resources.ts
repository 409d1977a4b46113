/** The files that the pages need: tokens shared with the client, styles, one small script, two typefaces. */
import { fileURLToPath } from 'node:url';
import { Router } from 'express';

const FILES: Record<string, string> = {
  'theme.css': new URL('../../../client/theme.css', import.meta.url).href,
  'pages.css': new URL('pages.css', import.meta.url).href,
  'reveal.js': new URL('reveal.js', import.meta.url).href,
  'inter.woff2': import.meta.resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
  'fraunces.woff2': import.meta.resolve('@fontsource-variable/fraunces/files/fraunces-latin-wght-normal.woff2'),
};

export function resourceRoutes(): Router {
  const router = Router();
  for (const [name, url] of Object.entries(FILES)) {
    router.get(`/resources/${name}`, (_request, response) => {
      response.sendFile(fileURLToPath(url), { maxAge: '1h' });
    });
  }
  return router;
}
