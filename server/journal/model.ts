/** Random calls, to a store and to the one in memory: the answers have to be the same. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Claim, JournalError, type JournalStore } from '#rooms/ports.ts';
import { memoryStore } from '#server/journal/memory.ts';

/** What a call sees of the world so far. */
type World = { claims: Claim[]; created: number };
type Call = { name: string; run(store: JournalStore, world: World): Promise<unknown> };

const room = fc.constantFrom('a', 'b', 'c');
const n = fc.integer({ min: 0, max: 8 });
const content = fc.uint8Array({ maxLength: 3 });
const owner = fc.constantFrom('p1', 'p2');
const deadline = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined });
const mark = fc.option(fc.constantFrom('m1', 'm2'), { nil: undefined });
const pick = fc.nat();
const after = fc.oneof(fc.constantFrom('start' as const, 'snapshot' as const), n);
const limit = fc.integer({ min: 1, max: 4 });

/** A call that needs a claim takes one of those that were ever given, the newest most often. */
function withClaim(name: string, run: (store: JournalStore, claim: Claim) => Promise<unknown>, which: number): Call {
  return {
    name,
    run: async (store, { claims }) => {
      const claim = claims.at(which % 3 === 0 ? which % claims.length : -1 - (which % Math.min(2, claims.length)));
      return claim && run(store, claim);
    },
  };
}

function remember(world: World, answer: Claim | string): Claim | string {
  if (typeof answer !== 'string') world.claims.push(answer);
  return answer;
}

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ room, owner, content }).map(({ room, owner, content }) => ({
    name: `create ${room}`,
    run: async (store: JournalStore, world: World) =>
      remember(world, await store.create(room, 'chess', `j${world.created++}`, owner, content)),
  })),
  fc.record({ room, owner, expect: fc.option(n, { nil: undefined }) }).map(({ room, owner, expect }) => ({
    name: `claim ${room} expecting ${expect}`,
    run: async (store: JournalStore, world: World) => remember(world, await store.claim(room, owner, expect)),
  })),
  {
    weight: 6,
    arbitrary: fc
      .record({ n, content, pick })
      .map(({ n, content, pick }) => withClaim(`append ${n} ${content}`, (s, c) => s.append(c, n, content), pick)),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ pick, content })
      .map(({ pick, content }) =>
        withClaim(`append the next ${content}`, async (s, c) => s.append(c, await next(s, c), content), pick),
      ),
  },
  fc
    .record({ n, content, trim: fc.boolean(), pick })
    .map(({ n, content, trim, pick }) =>
      withClaim(`snapshot ${n} trim ${trim}`, (s, c) => s.snapshot(c, n, content, trim), pick),
    ),
  fc
    .record({ n, deadline, pick, mark })
    .map(({ n, deadline, pick, mark }) =>
      withClaim(`settle ${n} at ${deadline} as ${mark}`, (s, c) => s.settle(c, n, deadline, mark), pick),
    ),
  pick.map((pick) => withClaim('load', (s, c) => s.load(c), pick)),
  fc.record({ pick, n }).map(({ pick, n }) => withClaim(`entry ${n}`, (s, c) => s.entry(c, n), pick)),
  fc
    .record({ pick, after, limit })
    .map(({ pick, after, limit }) =>
      withClaim(`load ${limit} after ${after}`, (s, c) => s.load(c, { after, limit }), pick),
    ),
  fc
    .record({ pick, after, limit })
    .map(({ pick, after, limit }) =>
      withClaim(`read ${limit} after ${after}`, (s, c) => s.read(c.room, c.journal, { after, limit }), pick),
    ),
  pick.map((pick) => withClaim('restoring', (s, c) => s.restoring(c), pick)),
  pick.map((pick) => withClaim('restored', (s, c) => s.restored(c), pick)),
  fc
    .record({ pick, keep: fc.boolean() })
    .map(({ pick, keep }) => withClaim(`end ${keep}`, (s, c) => s.end(c, keep), pick)),
  room.map((room) => ({
    name: `set ${room} quarantined`,
    run: (store: JournalStore) => store.quarantine(room, 'broken'),
  })),
  fc.record({ room, unproven: fc.boolean() }).map(({ room, unproven }) => ({
    name: `retry ${room} ${unproven}`,
    run: (store: JournalStore) => store.retry(room, unproven),
  })),
);

async function next(store: JournalStore, claim: Claim): Promise<number> {
  const kept = await store.read(claim.room, claim.journal);
  return Math.max(kept?.snapshot?.n ?? -1, kept?.entries.at(-1)?.n ?? -1) + 1;
}

async function answer(call: Call, store: JournalStore, world: World): Promise<unknown> {
  try {
    return await call.run(store, world);
  } catch (error) {
    if (error instanceof JournalError) return error.fate;
    throw error;
  }
}

async function everything(store: JournalStore, { claims }: World): Promise<unknown> {
  const kept = await Promise.all(claims.map(({ room, journal }) => store.read(room, journal)));
  const indexes = await Promise.all(
    ['quarantined' as const, { machine: 'chess' }, { unsettledOf: 'p1' }, { unsettledOf: 'p2' }].map(store.roomsBy),
  );
  const names = await Promise.all([store.owners(), store.machines()]);
  const sorted = [...indexes, ...names].map((found) => found.sort());
  return [await store.list(), await store.due(5, 9), await Promise.all(['a', 'b', 'c'].map(store.find)), kept, sorted];
}

/** Rejects with the shortest list of calls whose answers differ. */
export async function followsModel(
  open: () => Promise<{ store: JournalStore; reopen?: () => Promise<JournalStore>; close(): Promise<void> }>,
): Promise<void> {
  const reopen = fc.constant<Call>({ name: 'reopen', run: async () => {} });
  const calls = fc.array(fc.oneof({ weight: 10, arbitrary: call }, { weight: 1, arbitrary: reopen }), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(calls, async (calls) => {
      const opened = await open();
      let { store } = opened;
      const model = memoryStore();
      const [real, ideal]: World[] = [
        { claims: [], created: 0 },
        { claims: [], created: 0 },
      ];
      try {
        for (const call of calls) {
          if (call.name === 'reopen' && opened.reopen) store = await opened.reopen();
          expect(await answer(call, store, real as World), call.name).toEqual(
            await answer(call, model, ideal as World),
          );
        }
        expect(await everything(store, real as World)).toEqual(await everything(model, ideal as World));
      } finally {
        await opened.close();
      }
    }),
    { numRuns: 100 },
  );
}
