/**
 * Colyseus's list of rooms, in Redis. The stock driver lets every process overwrite and remove every listing, so a
 * process wrongly taken for dead would delete its successors' listings. Here a listing belongs to the highest epoch and
 * is changed by its owner alone, and a process's view of its own rooms never depends on Redis.
 */
import { type IRoomCache, initializeRoomCache, type SortOptions } from '@colyseus/core';
import { RedisDriver } from '@colyseus/redis-driver';
import type { Redis } from 'ioredis';

const ROOMS = 'roomcaches';
const FLUSH_MS = 50;

/** The index of listings by process: a set of processes, and one of rooms for each. */
const LISTED = '{parlor}:listed';
const UNLIST = `
local function unlist(process)
  local rooms = '${LISTED}:' .. process
  redis.call('SREM', rooms, ARGV[1])
  if redis.call('EXISTS', rooms) == 0 then redis.call('SREM', '${LISTED}', process) end
end
`;

/** Writes the listing unless one of a higher epoch, or of the same epoch by another owner, exists. */
const PUT = `${UNLIST}
local there = redis.call('HGET', KEYS[1], ARGV[1])
if there then
  local row = cjson.decode(there)
  local epoch, ours = tonumber(row.epoch) or 0, tonumber(ARGV[4])
  if epoch > ours or (epoch == ours and row.processId ~= ARGV[3]) then return 0 end
  if row.processId ~= ARGV[3] then unlist(row.processId) end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', '${LISTED}:' .. ARGV[3], ARGV[1])
redis.call('SADD', '${LISTED}', ARGV[3])
return 1`;

const REMOVE = `${UNLIST}
unlist(ARGV[2])
local there = redis.call('HGET', KEYS[1], ARGV[1])
if not there or cjson.decode(there).processId ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`;

export type DriverOptions = {
  redis: Redis;
  /** Epoch of this process's claim; undefined for rooms that exist on every process. */
  epochOf(room: string): number | undefined;
};

type Operations = Parameters<RedisDriver['update']>[1];

export class FencedDriver extends RedisDriver {
  readonly #redis: Redis;
  readonly #epochOf: DriverOptions['epochOf'];
  /** Listings of this process, by room. */
  readonly #own = new Map<string, IRoomCache>();
  /** Listings of rooms that exist on every process, which are not published. */
  readonly #plain = new Map<string, IRoomCache>();
  readonly #dirty = new Set<string>();
  #flushing: NodeJS.Timeout | undefined;

  constructor({ redis, epochOf }: DriverOptions) {
    super(redis);
    this.#redis = redis;
    this.#epochOf = epochOf;
  }

  /**
   * False if another process owns the room: two processes that open it at once end with one listing. While Redis is
   * unavailable the claim alone decides, and the next sweep writes the listing.
   */
  async insert(room: IRoomCache): Promise<boolean> {
    if (this.#epochOf(room.roomId) === undefined) {
      this.#plain.set(room.roomId, room);
      return true;
    }
    if (!(await this.#put(room).catch(() => true))) return false;
    this.#own.set(room.roomId, room);
    return true;
  }

  override async update(room: IRoomCache, { $set = {}, $inc = {} }: Operations): Promise<boolean> {
    Object.assign(room, $set);
    const counts = room as unknown as Record<string, number>;
    for (const [field, by] of Object.entries($inc)) counts[field] = (counts[field] ?? 0) + (by as number);
    this.#changed(room);
    return true;
  }

  override async persist(room: IRoomCache): Promise<boolean> {
    this.#changed(room);
    return true;
  }

  override async remove(roomId: string): Promise<boolean> {
    const own = this.#own.get(roomId);
    this.#own.delete(roomId);
    this.#dirty.delete(roomId);
    if (!own) return this.#plain.delete(roomId);
    // If Redis is unavailable, the next sweep removes the listing.
    return this.#drop(roomId, own.processId).catch(() => false);
  }

  override async has(roomId: string): Promise<boolean> {
    return this.#local(roomId) !== undefined || (await super.has(roomId));
  }

  override async findOne(conditions: Partial<IRoomCache>, sort?: SortOptions): Promise<IRoomCache> {
    if (conditions.roomId === undefined) return (await this.query(conditions, sort))[0] as IRoomCache;
    return this.#local(conditions.roomId) ?? (await super.findOne(conditions));
  }

  /** Replaces the stock method, which shares a failed read with all later callers. */
  override async query(conditions: Partial<IRoomCache>, sort: SortOptions = {}): Promise<IRoomCache[]> {
    const rows = (await this.#rows(conditions)).map((row) => initializeRoomCache(JSON.parse(row)));
    const wanted = Object.entries(conditions);
    const found = [...rows, ...this.#plain.values()].filter((row) =>
      wanted.every(([field, value]) => row[field as keyof IRoomCache] === value),
    );
    const by = Object.entries(sort).map(([field, order]) => [
      field,
      order === 1 || `${order}`.startsWith('asc') ? 1 : -1,
    ]);
    return found.sort((a, b) => compare(a, b, by as [keyof IRoomCache, number][]));
  }

  override async cleanup(processId: string): Promise<void> {
    await this.#dropAll(processId);
  }

  /** Removes listings of dead processes, and restores removed ones of this process. */
  async sweep(living: ReadonlySet<string>): Promise<void> {
    const dead = (await this.#redis.smembers(LISTED)).filter((processId) => !living.has(processId));
    await Promise.all(dead.map((processId) => this.#dropAll(processId)));
    const own = [...this.#own.keys()];
    const there = own.length > 0 ? await this.#redis.hmget(ROOMS, ...own) : [];
    for (const [i, room] of own.entries()) if (there[i] == null) this.#dirty.add(room);
    this.#soon();
  }

  override async shutdown(): Promise<void> {
    clearTimeout(this.#flushing);
  }

  #local(room: string | undefined): IRoomCache | undefined {
    return room === undefined ? undefined : (this.#own.get(room) ?? this.#plain.get(room));
  }

  #changed(room: IRoomCache): void {
    if (this.#own.get(room.roomId) !== room) return;
    this.#dirty.add(room.roomId);
    this.#soon();
  }

  #soon(): void {
    if (this.#dirty.size > 0)
      this.#flushing ??= setTimeout(() => {
        this.#flush().catch(() => {});
      }, FLUSH_MS);
  }

  async #flush(): Promise<void> {
    const rooms = [...this.#dirty].flatMap((room) => this.#own.get(room) ?? []);
    this.#dirty.clear();
    this.#flushing = undefined;
    // A failed write is repaired by the next sweep, or stale until the next change.
    await Promise.all(rooms.map((room) => this.#put(room).catch(() => false)));
  }

  async #put(room: IRoomCache): Promise<boolean> {
    const epoch = this.#epochOf(room.roomId) ?? 0;
    const row = JSON.stringify({ ...room, epoch });
    return (await this.#redis.eval(PUT, 1, ROOMS, room.roomId, row, room.processId, epoch)) === 1;
  }

  async #drop(room: string, processId: string): Promise<boolean> {
    return (await this.#redis.eval(REMOVE, 1, ROOMS, room, processId)) === 1;
  }

  async #dropAll(processId: string): Promise<void> {
    const rooms = await this.#listedBy(processId);
    await Promise.all(rooms.map((room) => this.#drop(room, processId)));
  }

  #listedBy(processId: string): Promise<string[]> {
    return this.#redis.smembers(`${LISTED}:${processId}`);
  }

  /** Of one room or of one process by their ids; the whole list otherwise. */
  async #rows({ roomId, processId }: Partial<IRoomCache>): Promise<string[]> {
    if (roomId === undefined && processId === undefined) return Object.values(await this.#redis.hgetall(ROOMS));
    const rooms = roomId === undefined ? await this.#listedBy(processId as string) : [roomId];
    const rows = rooms.length > 0 ? await this.#redis.hmget(ROOMS, ...rooms) : [];
    return rows.filter((row) => row !== null);
  }
}

function compare(a: IRoomCache, b: IRoomCache, by: readonly [keyof IRoomCache, number][]): number {
  for (const [field, order] of by) {
    const [left, right] = [a[field] ?? 0, b[field] ?? 0];
    if (left !== right) return left < right ? -order : order;
  }
  return 0;
}
