/**
 * `<parlor-chat channel="…" server="…">` for pages that are not Parlor's own. One script, no styles of the
 * page touched; the server has to allow the page's origin.
 */
import { inBackground } from '#client/background.ts';
import { ParlorChat } from '#client/elements/parlor-chat.ts';
import { startParlor } from '#client/net/start.ts';
import { texts } from '#client/texts.ts';
import tokens from '#client/theme.css?inline';
import { TROUBLES, type Trouble } from '#client/troubles.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync(tokens.replaceAll(':root', 'parlor-chat'));
document.adoptedStyleSheets.push(sheet);

/** Started once for all channels of a page at the same server. */
const parlors = new Map<string, { started: ReturnType<typeof startParlor>; chats: ParlorChat[] }>();

/** A page cannot tell a server that is away from one that does not allow it; the words say both. */
function sentenceOf({ cause, detail }: Trouble): string {
  if (cause === 'waiting') return texts.embed.unreachable;
  const { title, line } = TROUBLES[cause];
  return [`${title}.`, line, detail].filter(Boolean).join(' ');
}

async function open(chat: ParlorChat, server: string): Promise<void> {
  const known = parlors.get(server);
  const chats = known?.chats ?? [];
  chats.push(chat);
  const tell = (trouble: Trouble) => {
    for (const one of chats) one.trouble = sentenceOf(trouble);
  };
  const started = known?.started ?? startParlor(server, tell);
  parlors.set(server, { started, chats });
  chat.parlor = await started;
}

for (const chat of document.querySelectorAll('parlor-chat[server]')) {
  if (!(chat instanceof ParlorChat)) continue;
  chat.embedded = true;
  inBackground(open(chat, new URL(chat.getAttribute('server') ?? '', location.href).origin));
}
