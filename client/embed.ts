/**
 * `<parlor-chat channel="…" server="…">` for pages that are not Parlor's own. One script, no styles of the
 * page touched; the server has to allow the page's origin.
 */
import { ParlorChat } from '#client/elements/parlor-chat.ts';
import { type IdentityPlace, signIn } from '#client/net/identity.ts';
import { openParlor } from '#client/net/open-parlor.ts';
import { texts } from '#client/texts.ts';
import tokens from '#client/theme.css?inline';

const RETRY_MS = { first: 1_000, most: 30_000 };

const sheet = new CSSStyleSheet();
sheet.replaceSync(tokens.replaceAll(':root', 'parlor-chat'));
document.adoptedStyleSheets.push(sheet);

/** Signs in once for all channels of a page at the same server. */
const parlors = new Map<string, ReturnType<typeof join>>();

async function join(server: string) {
  const about: { identity: IdentityPlace } = await (await fetch(`${server}/parlor.json`)).json();
  return openParlor(server, await signIn(about.identity));
}

/** A page cannot tell a server that is away from one that does not allow it; the words say both. */
async function open(chat: ParlorChat, server: string, wait = RETRY_MS.first): Promise<void> {
  const joining = parlors.get(server) ?? join(server);
  parlors.set(server, joining);
  try {
    chat.parlor = await joining;
  } catch {
    chat.trouble = texts.embed.unreachable;
    if (parlors.get(server) === joining) parlors.delete(server);
    setTimeout(() => void open(chat, server, Math.min(wait * 2, RETRY_MS.most)), wait);
  }
}

for (const chat of document.querySelectorAll('parlor-chat[server]')) {
  if (!(chat instanceof ParlorChat)) continue;
  chat.embedded = true;
  void open(chat, new URL(chat.getAttribute('server') ?? '', location.href).origin);
}
