import { type Page, toPage } from '#db/page.ts';
import type { Query } from '#server/resources/query.ts';

/** One page of what is all at hand, in the order of names. */
export function byName<I extends { metadata: { name: string } }>(all: I[], { after, limit }: Query): Page<I> {
  const sorted = all.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rest = after ? sorted.filter(({ metadata }) => metadata.name > after.id) : sorted;
  return toPage(rest, limit, ({ metadata }) => ({ rank: 0, at: 0, id: metadata.name }));
}
