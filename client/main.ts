import { html, render } from 'lit';
import { inBackground } from '#client/background.ts';
import './elements/parlor-page.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { startParlor } from '#client/net/start.ts';
import { reloadOnce } from '#client/reload-once.ts';
import { followLinks, routeOf } from '#client/router.ts';

async function start(): Promise<void> {
  if (document.querySelector('.trouble')) return; // guard.js found what this browser lacks
  reloadOnce();
  const parlor = await startParlor(location.origin, ({ cause, detail }) => globalThis.showTrouble(cause, detail));
  if (!parlor) return;
  document.documentElement.dataset.started = '';
  document.body.replaceChildren();
  const show = () => showPage(parlor);
  addEventListener('popstate', show);
  followLinks(document);
  show();
}

function showPage(parlor: Parlor): void {
  render(html`<parlor-page .parlor=${parlor} .route=${routeOf(location.pathname)}></parlor-page>`, document.body);
}

inBackground(start());
