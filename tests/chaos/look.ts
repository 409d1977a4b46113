/** What can be found of a living cluster from outside, held against what its journal says there is. */
import { setTimeout as pause } from 'node:timers/promises';
import type { IRoomCache } from '@colyseus/core';
import { inParallel } from '#rooms/host/parallel.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { ghostListings, hiddenRooms } from './residue.ts';
import type { Actor } from './stage.ts';

export type Looking = {
  store: JournalStore;
  listings(): Promise<IRoomCache[]>;
  actors: readonly Actor[];
  edges: readonly string[];
  token(): Promise<string>;
  used: ReadonlySet<string>;
};

export type Seen = { ghosts: string[]; hidden: string[] };

/** Sweeps run every other second: what is still there after this stays. */
const SETTLE_MS = 10_000;
const AGAIN_MS = 250;
const ASKERS = 4;

/** Looks until there is nothing to complain of, or it took too long. */
export async function lookAround(looking: Looking): Promise<Seen> {
  const until = performance.now() + SETTLE_MS;
  for (;;) {
    const seen = await look(looking);
    if (seen.ghosts.length + seen.hidden.length === 0 || performance.now() > until) {
      seen.hidden.push(...(await unreachable(looking)));
      return seen;
    }
    await pause(AGAIN_MS);
  }
}

async function look({ store, listings, actors, edges, token, used }: Looking): Promise<Seen> {
  const headers = { authorization: `Bearer ${await token()}` };
  const answer = await fetch(`${edges[0]}/apis/parlor.dev/v1/rooms`, { headers });
  const { items } = (await answer.json()) as { items: { metadata: { name: string } }[] };
  const listed = items.map(({ metadata }) => metadata.name);
  const owners = await Promise.all(actors.map(({ life }) => life.owner()));
  const living = new Set(owners.flatMap((owner) => owner ?? []));
  const around = { records: await store.list(), listings: await listings(), listed, living, used };
  return { ghosts: ghostListings(around), hidden: hiddenRooms(around) };
}

/** Every room that has not ended, by its id, through every edge. */
async function unreachable({ store, edges, token }: Looking): Promise<string[]> {
  const hidden: string[] = [];
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const asked = (await store.list()).flatMap((record) => edges.map((edge) => ({ record, edge })));
  await inParallel(ASKERS, asked, async ({ record, edge }) => {
    const url = `${edge}/matchmake/joinById/${record.room}`;
    const until = performance.now() + SETTLE_MS;
    let said = '';
    while (performance.now() < until) {
      const answer = await fetch(url, { method: 'POST', headers, body: '{}' }).catch((error: Error) => error);
      if (answer instanceof Response && answer.ok) return;
      said = answer instanceof Response ? `${answer.status} ${await answer.text()}` : answer.message;
      if (answer instanceof Response && answer.status !== 503) break;
      await pause(AGAIN_MS);
    }
    // What ended meanwhile, or is forgotten, is rightly not found.
    const now = await store.find(record.room);
    if (now && !now.ended) hidden.push(`${record.room} cannot be joined through ${edge}: ${said}`);
  });
  return hidden;
}
