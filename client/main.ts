import { html, render } from 'lit';
import './elements/parlor-page.ts';
import { type IdentityPlace, signIn } from '#client/net/identity.ts';
import { openParlor } from '#client/net/open-parlor.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { followLinks, routeOf } from '#client/router.ts';
import { texts } from '#client/texts.ts';

/** What the server tells a page before anyone has signed in. */
type About = { identity: IdentityPlace };

async function start(): Promise<void> {
  const about: About = await (await fetch('/parlor.json')).json();
  const parlor = await openParlor(location.origin, await signIn(about.identity));
  const show = () => showPage(parlor);
  addEventListener('popstate', show);
  followLinks(document);
  show();
}

function showPage(parlor: Parlor): void {
  render(html`<parlor-page .parlor=${parlor} .route=${routeOf(location.pathname)}></parlor-page>`, document.body);
}

start().catch(() => {
  render(html`<p class="trouble" role="alert">${texts.errors.noAnswer}</p>`, document.body);
});
