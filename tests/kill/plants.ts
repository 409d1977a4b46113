/**
 * Bugs of the host that the checker must catch: each is a whole implementation that breaks one promise,
 * wired into the process in place of the right one.
 */
import { Outboxes } from '#rooms/kernel/ledger.ts';
import type { JournalStore, Steps } from '#rooms/ports.ts';

export const PLANTS = ['apply-before-append', 'lost-ack', 'double-apply'] as const;
export type Plant = (typeof PLANTS)[number];

/** Appends until a room has had this many; after that an append is acknowledged and forgotten. */
const REMEMBERED = 40;

/** Says "durable" first and writes in the next turn of the event loop: the room shows what the log may never hold. */
function writesLater(store: JournalStore): JournalStore {
  const writing = new Map<string, Promise<void>>();
  const written = (room: string) => writing.get(room) ?? Promise.resolve();
  return {
    ...store,
    async append(claim, n, bytes) {
      const before = written(claim.room);
      const turn = new Promise<void>((resolve) => setImmediate(resolve));
      writing.set(
        claim.room,
        Promise.all([before, turn]).then(() => store.append(claim, n, bytes)),
      );
    },
    snapshot: (claim, ...rest) => written(claim.room).then(() => store.snapshot(claim, ...rest)),
    settle: (claim, ...rest) => written(claim.room).then(() => store.settle(claim, ...rest)),
    end: (claim, keep) => written(claim.room).then(() => store.end(claim, keep)),
  };
}

/** Acknowledges everything, and after a while keeps nothing of it. */
function forgets(store: JournalStore): JournalStore {
  const appended = new Map<string, number>();
  const remembers = (room: string) => (appended.get(room) ?? 0) <= REMEMBERED;
  return {
    ...store,
    async append(claim, n, bytes) {
      appended.set(claim.room, (appended.get(claim.room) ?? 0) + 1);
      if (remembers(claim.room)) await store.append(claim, n, bytes);
    },
    async snapshot(claim, ...rest) {
      if (remembers(claim.room)) await store.snapshot(claim, ...rest);
    },
    async settle(claim, ...rest) {
      if (remembers(claim.room)) await store.settle(claim, ...rest);
    },
  };
}

/** Whoever takes a room over does not know the last id of each outbox any more. */
function forgetfulLedger(): Steps {
  const replayed = new Set<Outboxes>();
  let replaying = false;
  const { answer } = Outboxes.prototype;
  Outboxes.prototype.answer = function (...args) {
    if (replaying) replayed.add(this);
    answer.apply(this, args);
  };
  return (step) => {
    if (step === 'load:after') replaying = true;
    if (step !== 'adopt:after') return;
    replaying = false;
    for (const outboxes of replayed) {
      for (const [, box] of outboxes.entries()) {
        const last = box.answers.pop();
        if (last) box.next = last.id;
      }
    }
    replayed.clear();
  };
}

export function plantedStore(plant: Plant | undefined, store: JournalStore): JournalStore {
  if (plant === 'apply-before-append') return writesLater(store);
  return plant === 'lost-ack' ? forgets(store) : store;
}

export function plantedSteps(plant: Plant | undefined, steps: Steps): Steps {
  if (plant !== 'double-apply') return steps;
  const forget = forgetfulLedger();
  return (step) => {
    forget(step);
    steps(step);
  };
}
