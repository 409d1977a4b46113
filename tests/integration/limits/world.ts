/** The whole program in this process, with counters around what it writes, keeps, asks and logs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { JournalStore } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { freePort } from '#scripts/free-port.ts';
import { parseConfig } from '#server/config.ts';
import { type Browser, createBrowser, type Tokens } from '#server/identity/test-browser.ts';
import { startParlor } from '#server/parlor.ts';
import { createLog, type Logger } from '#server/telemetry/log.ts';
import { countWork } from '#server/testing/work.ts';
import { bytesInUse } from './memory.ts';
import type { Cost, Flood, Way } from './way.ts';

export type World = {
  origin: string;
  /** What is logged by it is counted. */
  log: Logger;
  /** The access token of a person with this name, who is registered at need; `admin` is the first administrator. */
  token(name: string): Promise<string>;
  /** All tokens of that sign-in. */
  tokens(name: string): Promise<Tokens>;
  /** A browser of nobody, at the provider of this process. */
  browser(): Browser;
  /** Sends a request from an address of its own for each name. */
  request(from: string, path: string, init?: RequestInit): Promise<Response>;
  /** Runs a flood; answers what one unit cost on average. */
  measure(way: Way): Promise<{ flood: Flood; cost: Cost }>;
  close(): Promise<void>;
};

/** A realtime room that takes inputs. */
export const STEERED = 'steered';
export const PASSWORD = 'a long enough one';

/** Small, so that floods are short; the defaults are in docs/configuration.md. */
const LIMITS = {
  PARLOR_CONNECTIONS_PER_ADDRESS: '10',
  PARLOR_REQUESTS_PER_MINUTE: '100',
  PARLOR_JOINS_PER_MINUTE: '50',
  PARLOR_LOGINS_PER_MINUTE: '30',
};

export async function openWorld(): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-limits-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = { PORT: String(port), PARLOR_DATA_DIR: dataDir, PARLOR_TRUSTED_PROXIES: '1', ...LIMITS };
  const counted = { logged: 0, kept: 0, calls: 0 };
  const log = createLog('info', {
    write(line: string) {
      counted.logged += line.length;
    },
  });
  const unwatch = watchDatabase(counted);
  const parlor = await startParlor(parseConfig({ NODE_ENV: 'test', ...env }), 'test', {
    log,
    machines: [probe],
    rooms: [{ room: STEERED, machine: probe }],
    store: (store) => watchStore(store, counted),
  });
  const tokens = new Map<string, Promise<Tokens>>();
  const addresses = new Map<string, string>();

  const request: World['request'] = (from, path, init = {}) => {
    const address = addresses.get(from) ?? `10.${addresses.size >> 8}.${addresses.size & 255}.1`;
    addresses.set(from, address);
    const headers = { ...(init.headers as Record<string, string>), 'x-forwarded-for': address };
    return fetch(origin + path, { redirect: 'manual', ...init, headers });
  };

  const browser = () => createBrowser({ url: origin, realm: 'parlor', clientId: 'parlor-web' });
  async function enter(name: string): Promise<Tokens> {
    const own = browser();
    const { username, password } = parlor.firstAdministrator ?? { username: '', password: '' };
    if (name === username) return own.signIn(username, password, `${origin}/`);
    const page = await own.start(`${origin}/`, 'register');
    return own.finish(await own.submit(page, { username: name, password: PASSWORD }));
  }

  const world: World = {
    origin,
    log,
    request,
    browser,
    token: async (name) => (await world.tokens(name)).access_token,
    tokens(name) {
      const found = tokens.get(name) ?? enter(name);
      tokens.set(name, found);
      return found;
    },
    async measure(way) {
      if (way.as !== undefined) await world.token(way.as);
      await quiet(counted);
      const before = { ...counted, inUse: await bytesInUse() };
      const work = countWork();
      const flood = await way.flood(world).finally(() => work.stop());
      const held = Math.max(0, (await bytesInUse()) - before.inUse);
      const each = (total: number) => Math.round((total / flood.units) * 100) / 100;
      const cost: Cost = {
        json: each(work.work.json),
        compiled: each(work.work.compiled),
        answered: each(flood.answered),
        kept: each(counted.kept - before.kept),
        logged: each(counted.logged - before.logged),
        calls: each(counted.calls - before.calls + (flood.calls ?? 0)),
        held: each(held),
      };
      return { flood, cost };
    },
    async close() {
      unwatch();
      await parlor.close();
      await rm(dataDir, { recursive: true });
    },
  };
  return world;
}

const QUIET_MS = 400;

type Counters = { kept: number; calls: number };

function watchStore(store: JournalStore, counted: Counters): JournalStore {
  return new Proxy(store, {
    get(target, name: keyof JournalStore) {
      const call = target[name] as (...given: unknown[]) => unknown;
      if (typeof call !== 'function') return call;
      return (...given: unknown[]) => {
        counted.calls++;
        for (const one of given) if (one instanceof Uint8Array) counted.kept += one.length;
        return call.apply(target, given);
      };
    },
  });
}

/** Resolves once nothing of the flood before is written any more: snapshots come a moment later. */
async function quiet(counted: Counters): Promise<void> {
  for (let kept = -1; kept !== counted.kept; ) {
    kept = counted.kept;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
}

type Query = (...given: unknown[]) => unknown;

/** Counts queries, and the bytes of the values of those that write. */
function watchDatabase(counted: Counters): () => void {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...given) {
    const [asked, values] = given as [string | { text?: string; values?: unknown[] }, unknown[] | undefined];
    const text = typeof asked === 'string' ? asked : (asked.text ?? '');
    if (/^\s*(insert|update|delete|select)/i.test(text)) counted.calls++;
    if (/^\s*(insert|update)/i.test(text))
      for (const value of (typeof asked === 'object' && asked.values) || values || [])
        counted.kept += value instanceof Uint8Array ? value.length : String(value).length;
    return query.apply(this, given);
  };
  return () => {
    prototype.query = query;
  };
}
