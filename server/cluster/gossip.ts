/**
 * Gossip over Redis: a hash for each process, and a publication of every change. A process that detects a gap in the
 * sequence numbers reads the hash again. After a Redis outage every process writes and reads everything again.
 */
import type { Links } from '#server/cluster/links.ts';
import type { Membership } from '#server/cluster/members.ts';
import type { Gossip, Note } from '#server/cluster/ports.ts';
import type { Logger } from '#server/telemetry/log.ts';

const gossipKey = (id: string) => `{parlor}:gossip:${id}`;
const FLUSH_MS = 50;
/** Expiry of a dead process's hash. */
const EXPIRE_MS = 60_000;
const REFRESH_MS = 20_000;

type Said = { owner: string; n: number; changes: Record<string, unknown> };
type Heard = { n: number; notes: Map<string, unknown> };

export type RedisGossip = Gossip & { start(): Promise<void>; stop(): Promise<void> };

export function redisGossip(links: Links, members: Membership, log: Logger): RedisGossip {
  const { redis } = links;
  const self = members.self.id;
  const own = new Map<string, unknown>();
  const changed = new Set<string>();
  const heard = new Map<string, Heard>();
  const listeners = new Set<{ prefix: string; changed(keys: readonly string[]): void }>();
  let n = 0;
  let flushing: NodeJS.Timeout | undefined;
  let refreshing: NodeJS.Timeout | undefined;

  function tell(keys: Iterable<string>): void {
    const all = [...keys];
    for (const { prefix, changed } of listeners) {
      const concerned = all.filter((key) => key.startsWith(prefix));
      if (concerned.length > 0) changed(concerned);
    }
  }

  const trouble = ({ message }: Error) => log.debug({ reason: message }, 'gossip not published');

  async function flush(): Promise<void> {
    flushing = undefined;
    const changes = Object.fromEntries([...changed].map((key) => [key, own.get(key) ?? null]));
    changed.clear();
    const set = Object.entries(changes).filter(([, value]) => value !== null);
    const gone = Object.keys(changes).filter((key) => changes[key] === null);
    const key = gossipKey(self);
    const all = redis.multi().hset(key, '', String(++n));
    if (set.length > 0) all.hset(key, Object.fromEntries(set.map(([name, value]) => [name, JSON.stringify(value)])));
    if (gone.length > 0) all.hdel(key, ...gone);
    const said: Said = { owner: self, n, changes };
    await all.pexpire(key, EXPIRE_MS).publish(links.channels.gossip, JSON.stringify(said)).exec();
  }

  function soon(): void {
    // A failed write is repeated with all the rest after Redis returns.
    flushing ??= setTimeout(() => {
      flush().catch(trouble);
    }, FLUSH_MS);
  }

  async function rewrite(): Promise<void> {
    await redis.del(gossipKey(self));
    for (const key of own.keys()) changed.add(key);
    await flush();
  }

  async function read(owner: string): Promise<void> {
    const { '': number, ...fields } = await redis.hgetall(gossipKey(owner));
    if (number === undefined) return;
    const before = heard.get(owner)?.notes.keys() ?? [];
    const notes = new Map(Object.entries(fields).map(([key, value]) => [key, JSON.parse(value) as unknown]));
    const keys = new Set([...before, ...notes.keys()]);
    heard.set(owner, { n: Number(number), notes });
    tell(keys);
  }

  function hear(text: string): void {
    const { owner, n, changes } = JSON.parse(text) as Said;
    if (owner === self) return;
    const known = heard.get(owner);
    if (known?.n !== n - 1) {
      void read(owner).catch(trouble);
      return;
    }
    known.n = n;
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) known.notes.delete(key);
      else known.notes.set(key, value);
    }
    tell(Object.keys(changes));
  }

  /** Drops the entries of departed members and reads those of new ones. */
  function follow(): void {
    const present = new Set(members.present().map(({ id }) => id));
    for (const [owner, { notes }] of heard) {
      if (present.has(owner)) continue;
      heard.delete(owner);
      tell(notes.keys());
    }
    for (const id of present) if (id !== self && !heard.has(id)) void read(id).catch(trouble);
  }

  async function anew(): Promise<void> {
    heard.clear();
    await rewrite();
    follow();
  }

  return {
    put(key, value) {
      if (value === undefined) own.delete(key);
      else own.set(key, value);
      changed.add(key);
      soon();
    },
    others: (prefix) =>
      [...heard].flatMap(([owner, { notes }]) =>
        [...notes].flatMap(([key, value]): Note[] => (key.startsWith(prefix) ? [{ owner, key, value }] : [])),
      ),
    otherOf: (key) => [...heard.values()].findLast(({ notes }) => notes.has(key))?.notes.get(key),
    subscribe(prefix, changed) {
      const listener = { prefix, changed };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async start() {
      await links.subscribe(links.channels.gossip, hear);
      links.watch((event) => {
        if (event === 'back') void anew().catch(trouble);
      });
      members.on((event) => {
        if (event === 'members') follow();
      });
      refreshing = setInterval(() => soon(), REFRESH_MS);
      await anew();
    },
    async stop() {
      clearTimeout(flushing);
      clearInterval(refreshing);
      await redis.del(gossipKey(self)).catch(trouble);
    },
  };
}
