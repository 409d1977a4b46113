/**
 * `<parlor-chat channel="…" server="…">` for pages that are not Parlor's own. One script, no styles of the
 * page touched; the server has to allow the page's origin.
 */
import { ParlorChat } from '#client/elements/parlor-chat.ts';
import { type IdentityPlace, signIn } from '#client/net/identity.ts';
import { openParlor } from '#client/net/open-parlor.ts';
import tokens from '#client/theme.css?inline';

const sheet = new CSSStyleSheet();
sheet.replaceSync(tokens.replaceAll(':root', 'parlor-chat'));
document.adoptedStyleSheets.push(sheet);

/** Signs in once for all channels of a page at the same server. */
const parlors = new Map<string, ReturnType<typeof join>>();

async function join(server: string) {
  const about: { identity: IdentityPlace } = await (await fetch(`${server}/parlor.json`)).json();
  return openParlor(server, await signIn(about.identity));
}

for (const chat of document.querySelectorAll('parlor-chat[server]')) {
  if (!(chat instanceof ParlorChat)) continue;
  const server = new URL(chat.getAttribute('server') ?? '', location.href).origin;
  if (!parlors.has(server)) parlors.set(server, join(server));
  chat.embedded = true;
  chat.parlor = await parlors.get(server);
}
