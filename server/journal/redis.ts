/**
 * The journal of many processes: a stream for each room's batches, fenced by a script (`redis.lua`) that checks
 * the epoch of every write. All of it lies in one Redis; see docs/guides/what-survives.md for what that survives.
 */
import {
  type Claim,
  type JournalStore,
  type Kept,
  type Log,
  PAGE_ENTRIES,
  type RoomIndex,
  type RoomRecord,
  type Stored,
} from '#rooms/ports.ts';
import { beyond, DamageError, fenced, notNext, taken, unknown, used } from '#server/journal/fates.ts';
import { inTime } from '#server/journal/in-time.ts';
import { ANSWER_MS, type Answer, type Raw, redisTurn } from '#server/journal/redis-turn.ts';

const ROOMS = '{parlor}:rooms';
const DUE = '{parlor}:due';
const UNSETTLED = '{parlor}:unsettled';
const MACHINE = '{parlor}:machine';
const ALIVE = '{parlor}:alive';
/** Proofs of life are of use to nobody after this. */
const FORGET_MS = 90 * 24 * 3_600_000;
/** Rooms looked up at once. */
const PAGE = 500;

export type RedisStoreOptions = {
  /** How many replicas must have a write before it counts as done; none unless said otherwise. */
  replicas?: number;
};

/** @throws when nobody answers at the start. */
export async function redisStore(
  url: string,
  log: Log,
  { replicas = 0 }: RedisStoreOptions = {},
): Promise<JournalStore> {
  const { redis, run, close } = await redisTurn(url, log, replicas);

  /** A call under a claim. */
  async function under(claim: Claim, call: string, ...given: (string | number | Uint8Array)[]): Promise<Answer> {
    const answer = await run(claim.room, call, claim.journal, claim.epoch, ...given);
    const [verdict, detail] = answer;
    const n = Number(given[0]);
    if (verdict === 'fenced') throw fenced(claim);
    if (verdict === 'beyond') throw beyond(claim, n, Number(detail));
    if (verdict === 'notnext') throw notNext(claim, n, Number(detail));
    if (verdict === 'taken') throw taken(claim, n);
    return answer;
  }

  async function find(room: string): Promise<RoomRecord | undefined> {
    const [, fields] = await run(room, 'find');
    const of = new Map(pairs(fields as Buffer[]).map(([key, value]) => [String(key), String(value)]));
    return of.size === 0 ? undefined : recordOf(of);
  }

  async function findAll(rooms: readonly string[]): Promise<RoomRecord[]> {
    const found: RoomRecord[] = [];
    for (let i = 0; i < rooms.length; i += PAGE) {
      for (const record of await Promise.all(rooms.slice(i, i + PAGE).map(find))) if (record) found.push(record);
    }
    return found;
  }

  return {
    find,

    async create(room, machine, journal, owner, genesis) {
      const claim = { room, journal, machine, epoch: 1 };
      const [verdict] = await run(room, 'create', room, machine, journal, owner, genesis);
      if (verdict === 'used') throw used(claim);
      return verdict === 'exists' ? 'exists' : claim;
    },

    list: async () => (await findAll(await sent(redis.zrange(ROOMS, 0, -1)))).filter(({ ended }) => !ended),

    roomsBy: (index) => sent(redis.smembers(indexKey(index))),
    owners: () => sent(redis.smembers(UNSETTLED)),
    machines: () => sent(redis.smembers(MACHINE)),

    async due(at, limit) {
      const places = await sent(redis.zrangebyscore(DUE, '-inf', at, 'LIMIT', 0, limit));
      return findAll(places.map((place) => place.slice(place.indexOf(' ') + 1)));
    },

    async claim(room, owner, expect) {
      const [verdict, journal, machine, epoch] = await run(room, 'claim', owner, expect ?? '');
      if (verdict === 'gone' || verdict === 'lost') return verdict;
      return { room, journal: String(journal), machine: String(machine), epoch: Number(epoch) };
    },

    async load(claim, { after = 'snapshot', limit = PAGE_ENTRIES } = {}) {
      return kept(await under(claim, 'load', after, limit + 1), limit);
    },

    async entry(claim, n) {
      const [, found] = await under(claim, 'entry', n);
      return entriesOf(found as RawEntry[])[0];
    },

    async read(room, journal, { after = 'start', limit = PAGE_ENTRIES } = {}) {
      const answer = await run(room, 'read', journal, room, after, limit + 1);
      return answer[0] === 'ok' ? kept(answer, limit) : undefined;
    },

    append: async (claim, n, bytes) => {
      await under(claim, 'append', n, bytes);
    },
    snapshot: async (claim, n, bytes, trim) => {
      await under(claim, 'snapshot', n, bytes, trim ? 1 : 0);
    },
    settle: async (claim, n, deadline, mark = '') => {
      await under(claim, 'settle', n, deadline ?? '', mark);
    },
    restoring: async (claim) => Number((await under(claim, 'restoring'))[1]),
    restored: async (claim) => {
      await under(claim, 'restored');
    },
    end: async (claim, keep) => {
      await under(claim, 'end', keep ? 1 : 0);
    },
    quarantine: async (room, reason) => {
      await run(room, 'quarantined', reason || 'no reason was given');
    },
    retry: async (room, unproven = false) => {
      await run(room, 'quarantined', '', unproven ? 1 : 0);
    },

    async alive(owner, at) {
      await sent(
        redis
          .multi()
          .zadd(ALIVE, at, owner)
          .zremrangebyscore(ALIVE, '-inf', at - FORGET_MS)
          .exec(),
      );
    },
    async lastAlive(owner) {
      const at = await sent(redis.zscore(ALIVE, owner));
      return at === null ? undefined : Number(at);
    },

    /** What was trimmed is in no stream any more; Redis's own log is rid of it when it is rewritten. */
    async scrub() {},
    async close() {
      close();
    },
  };
}

function indexKey(index: RoomIndex): string {
  if (index === 'quarantined') return '{parlor}:quarantined';
  return 'machine' in index ? `${MACHINE}:${index.machine}` : `${UNSETTLED}:${index.unsettledOf}`;
}

/** Fate unknown as for every other call. */
async function sent<T>(asked: Promise<T>): Promise<T> {
  try {
    return await inTime(asked, ANSWER_MS);
  } catch (cause) {
    throw unknown(cause);
  }
}

export function recordOf(of: ReadonlyMap<string, string>): RoomRecord {
  const text = (field: string) => of.get(field) ?? '';
  const number = (field: string) => Number(of.get(field));
  const [deadline, quarantined] = [of.get('deadline'), of.get('quarantined')];
  return {
    room: text('room'),
    journal: text('journal'),
    machine: text('machine'),
    epoch: number('epoch'),
    owner: text('owner'),
    unsettled: number('last') > number('settled'),
    attempts: number('attempts'),
    ended: text('ended') === '1',
    ...(deadline !== undefined && { deadline: Number(deadline) }),
    ...(quarantined !== undefined && { quarantined }),
    ...(of.has('unproven') && { acceptsUnproven: true }),
  };
}

/** One entry more than a page has was asked for: it says that there is more. */
function kept([, snapshot, entries, mark]: Answer, limit: number): Kept {
  const of = new Map(pairs(snapshot as Buffer[]).map(([key, value]) => [String(key), value]));
  const found = entriesOf(entries as RawEntry[]);
  return {
    ...(of.size > 0 && { snapshot: stored(Number(of.get('n')), of) }),
    entries: found.slice(0, limit),
    ...(found.length > limit && { more: true }),
    ...(mark && String(mark) !== '' && { mark: String(mark) }),
  };
}

type RawEntry = [id: Buffer, fields: Buffer[]];

function entriesOf(raw: readonly RawEntry[]): Stored[] {
  return raw.map(([id, fields]) =>
    stored(Number.parseInt(String(id), 10), new Map(pairs(fields).map(([key, value]) => [String(key), value]))),
  );
}

function stored(n: number, of: ReadonlyMap<string, Buffer>): Stored {
  const bytes = of.get('b');
  if (!bytes) throw new DamageError('What is stored is not there.');
  return { n, epoch: Number(of.get('e')), bytes: new Uint8Array(bytes) };
}

function pairs(flat: readonly Raw[]): [Buffer, Buffer][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as Buffer, flat[2 * i + 1] as Buffer]);
}
