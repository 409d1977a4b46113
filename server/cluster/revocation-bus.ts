import type { Links } from '#server/cluster/links.ts';
import type { Ended, RevocationBus } from '#server/cluster/ports.ts';

/** What could not be said is said again until it is. */
const AGAIN_MS = 500;

/** `steady`: this process holds its lease; a Redis that is frozen keeps its sockets, and says nothing. */
export function redisRevocationBus(links: Links, steady: () => boolean): RevocationBus {
  const unsaid = new Set<string>();
  let waiting = false;

  async function say(text: string): Promise<void> {
    try {
      await links.publish(links.channels.ended, text);
      unsaid.delete(text);
    } catch {
      unsaid.add(text);
      if (waiting) return;
      waiting = true;
      setTimeout(() => {
        waiting = false;
        for (const one of unsaid) say(one).catch(() => {}); // says it again by itself
      }, AGAIN_MS).unref();
    }
  }

  return {
    get heard() {
      return links.listening && steady();
    },
    tell: (ended) => say(JSON.stringify(ended)),
    async listen(listener, missed) {
      links.watch((event) => {
        if (event === 'back') missed();
      });
      await links.subscribe(links.channels.ended, (text) => listener(JSON.parse(text) as Ended));
    },
  };
}
