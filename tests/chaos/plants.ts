/** Bugs that only show among many processes, and that a run must catch. Each is a store that breaks one promise. */
import { JournalError, type JournalStore } from '#rooms/ports.ts';
import { plantedStore } from '#tests/kill/plants.ts';

export const PLANTS = ['ack-before-append', 'ignores-fencing'] as const;
export type Plant = (typeof PLANTS)[number];
export const isPlant = (name: string): name is Plant => (PLANTS as readonly string[]).includes(name);

/** Whoever lost the room is told that what it wrote is durable. */
function ignoresFencing(store: JournalStore): JournalStore {
  return {
    ...store,
    async append(claim, n, bytes) {
      try {
        await store.append(claim, n, bytes);
      } catch (error) {
        if (!(error instanceof JournalError) || error.fate !== 'fenced') throw error;
      }
    },
  };
}

export function planted(plant: Plant | undefined, store: JournalStore): JournalStore {
  if (plant === 'ignores-fencing') return ignoresFencing(store);
  return plant === 'ack-before-append' ? plantedStore('apply-before-append', store) : store;
}
