/** Bugs that a trial must catch: of the script in Redis, of a journal, and of what a host makes of an answer. */
import { readAll } from '#rooms/host/pages.ts';
import { JournalError, type JournalStore } from '#rooms/ports.ts';

export type ScriptPlant = keyof typeof SCRIPTS;
export type StorePlant = keyof typeof STORES;

/** What each puts in place of what. */
const SCRIPTS = {
  /** Whoever ever had a claim may write. */
  'script-ignores-epoch': ["return h[1] == epoch and h[2] == '0'", "return h[2] == '0'"],
  /** A batch that comes twice is written twice. */
  'script-ignores-number': ['if n == last + 1 then', 'n = last + 1 if true then'],
  /** Two claimants are given one epoch. */
  'script-raises-nothing': ["redis.call('HINCRBY', head(found), 'epoch', 1)", 'tonumber(h[2])'],
} as const;

export function plantedScript(plant: ScriptPlant): (text: string) => string {
  const [right, wrong] = SCRIPTS[plant];
  return (text) => {
    if (!text.includes(right)) throw new Error(`The script has no "${right}" any more.`);
    return text.replace(right, wrong);
  };
}

type Broken = { journal?(store: JournalStore): JournalStore; client?(store: JournalStore): JournalStore };

const STORES = {
  'journal-ignores-epoch': { journal: ignoresEpoch },
  'journal-ignores-number': { journal: ignoresNumber },
  'unknown-is-done': { client: takesForDone },
  'unknown-is-failed': { client: takesForFailed },
} as const satisfies Record<string, Broken>;

export const SCRIPT_PLANTS = Object.keys(SCRIPTS) as ScriptPlant[];
export const isScriptPlant = (name: string): name is ScriptPlant => Object.hasOwn(SCRIPTS, name);
export const STORE_PLANTS = Object.keys(STORES) as StorePlant[];
export const isStorePlant = (name: string): name is StorePlant => Object.hasOwn(STORES, name);
export const plantedStores = (plant: StorePlant): Broken => STORES[plant];

function ignoresEpoch(store: JournalStore): JournalStore {
  return {
    ...store,
    async append(claim, n, bytes) {
      const epoch = (await store.find(claim.room))?.epoch ?? claim.epoch;
      await store.append({ ...claim, epoch }, n, bytes);
    },
  };
}

function ignoresNumber(store: JournalStore): JournalStore {
  return {
    ...store,
    async append(claim, _, bytes) {
      const kept = await readAll(store, claim);
      await store.append(claim, kept?.entries.length ?? 0, bytes);
    },
  };
}

const isUnknown = (error: unknown) => error instanceof JournalError && error.fate === 'unknown';

function takesForDone(store: JournalStore): JournalStore {
  return {
    ...store,
    async append(...given) {
      await store.append(...given).catch((error) => {
        if (!isUnknown(error)) throw error;
      });
    },
  };
}

/** Goes on as if it were certain that nothing was written. */
function takesForFailed(store: JournalStore): JournalStore {
  const doubtful = new Map<string, number>();
  return {
    ...store,
    async append(claim, n, bytes) {
      await store.append(claim, n, bytes).catch((error) => {
        if (isUnknown(error)) doubtful.set(claim.room, n);
        throw error;
      });
    },
    async load(claim) {
      const kept = await store.load(claim);
      const from = doubtful.get(claim.room) ?? Number.POSITIVE_INFINITY;
      doubtful.delete(claim.room);
      return { ...kept, entries: kept.entries.filter(({ n }) => n < from) };
    },
  };
}
