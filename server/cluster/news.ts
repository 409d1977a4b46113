import type { Links } from '#server/cluster/links.ts';
import type { Ended, News } from '#server/world/news.ts';

const CHANNEL = '{parlor}:ended';

export function redisNews(links: Links): News {
  return {
    get heard() {
      return links.listening;
    },
    tell: (ended) => links.publish(CHANNEL, JSON.stringify(ended)),
    async listen(listener, missed) {
      links.watch((event) => {
        if (event === 'back') missed();
      });
      await links.subscribe(CHANNEL, (text) => listener(JSON.parse(text) as Ended));
    },
  };
}
