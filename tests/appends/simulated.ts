/** A trial in one process, with a journal in memory behind a simulated network and time that does not take any. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyedRandom } from '#rooms/kernel/random.ts';
import type { JournalStore } from '#rooms/ports.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { FakeClock } from './fake-clock.ts';
import { Mishaps } from './mishaps.ts';
import { SimulatedLine } from './simulated-line.ts';
import { trial } from './trial.ts';

export type SimulatedOptions = {
  seed: number;
  appends: number;
  /** Only what befell these calls. */
  only?: ReadonlySet<number>;
  /** Planted bugs: of the journal itself, and of what each process makes of it. */
  sealing?: boolean;
  broken?: { journal?(store: JournalStore): JournalStore; client?(store: JournalStore): JournalStore };
};

const OWNERS = 4;
const PER_MILLE = 350;

export async function simulated({ seed, appends, only, sealing = true, broken = {} }: SimulatedOptions) {
  const { journal: worse = same, client: worseAt = same } = broken;
  const clock = new FakeClock();
  const mishaps = new Mishaps({ seed, perMille: PER_MILLE, ...(only && { only }) });
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-simulated-'));
  const seal = (await openKeyring({ dataDir, key: randomBytes(32), sealing })).journalSeal();
  await rm(dataDir, { recursive: true, force: true });
  const truth = memoryStore();
  const journal = worse(truth);
  const stores = Array.from({ length: OWNERS }, (_, n) => {
    const random = keyedRandom([seed, 4], n);
    return worseAt(new SimulatedLine({ clock, random, mishaps, journal }).store);
  });
  const ran = await clock.run(() =>
    trial({ seed, mishaps, appends, seal, stores, truth, now: () => clock.now, restMs: 200 }),
  );
  return { ...ran, struck: mishaps.struck };
}

const same = (store: JournalStore) => store;
