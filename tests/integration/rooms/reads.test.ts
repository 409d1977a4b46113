/** How much of a log one event reads: counted at the journal. */
import { afterEach, expect, it } from 'vitest';
import { JournalError, type JournalStore, PAGE_ENTRIES } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { openQuarantine } from '#server/rooms/quarantine.ts';
import { shadow } from '#server/rooms/shadow.ts';
import { type Counted, countedStore } from '#server/testing/counted-store.ts';
import { openWorld, quiet, until, up, type World } from './harness.ts';

quiet();
let world: World;
afterEach(() => world.close());

let keys = 0;
/** So many commands of somebody who has no connection, each a batch. */
async function write(commands: number): Promise<void> {
  for (let i = 0; i < commands; i++) {
    const say = { player: 'p-bea', roles: ['player'], type: 'say', payload: { text: 'hello' }, key: `k${keys++}` };
    expect(await world.host.directory.submit('p', say)).toMatchObject({ ok: true });
  }
}

it('[L63] recovery after an append of unknown fate reads that entry, however long the log is', async () => {
  let doubts: ('landed' | 'lost')[] = [];
  let reading: { counted: Counted; reset(): void } | undefined;
  const wrap = (store: JournalStore): JournalStore => {
    const watched = countedStore(store);
    reading = watched;
    return {
      ...store,
      entry: watched.store.entry,
      load: watched.store.load,
      read: watched.store.read,
      async append(...given) {
        const doubt = doubts.shift();
        if (doubt !== 'lost') await store.append(...given);
        if (doubt) throw new JournalError('unknown', 'no answer');
      },
    };
  };
  world = await openWorld({ wrap });
  await world.create(probe, 'p');
  const ann = await world.open('ann', 'p');
  await write(60);
  for (const doubt of ['landed', 'lost'] as const) {
    reading?.reset();
    doubts = [doubt];
    expect(await ann.submit('steer', { vx: 1, vy: 0 })).toMatchObject({ ok: true });
    await up(ann);
    await until(() => doubts.length === 0);
    expect(reading?.counted).toMatchObject({ entries: doubt === 'landed' ? 1 : 0 });
  }
});

it('[L63] takeovers, shadow checks and exports of a long log read it in pages', async () => {
  let watched: ReturnType<typeof countedStore> | undefined;
  world = await openWorld({
    wrap(store) {
      watched = countedStore(store);
      return watched.store;
    },
  });
  const { counted, reset } = watched as ReturnType<typeof countedStore>;
  await world.create(probe, 'p');
  await write(PAGE_ENTRIES + 10);
  const { store, keyring } = world;
  const ports = { store, seal: keyring.journalSeal(), machines: [probe], version: () => 'other' };
  const ways = {
    takeover: async () => {
      await store.claim('p', 'another process');
      await world.host.directory.lose('p', 2);
      await write(1);
    },
    shadow: () => shadow(ports),
    export: () => openQuarantine({ ...ports, wake: async () => undefined }).log('p'),
  };
  for (const [way, run] of Object.entries(ways)) {
    reset();
    await run();
    expect(counted.entries, way).toBeGreaterThan(PAGE_ENTRIES);
    expect(counted.mostEntries, way).toBe(PAGE_ENTRIES);
  }
});
