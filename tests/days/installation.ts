/** A Parlor that is used: processes, what they share, their clock. Two kinds have it: embedded and clustered. */
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#db/connect.ts';
import { players } from '#db/tables/players.ts';
import { findFaketime } from '#scripts/deps.ts';

export type Kind = 'embedded' | 'clustered';

export type Installation = {
  readonly kind: Kind;
  readonly origin: string;
  /** Wall ms, as its processes have it. */
  now(): number;
  /** The administrator's account, as the first start said it. */
  administrator(): { username: string; password: string };
  /** Everything starts, and says that it is ready. */
  start(): Promise<void>;
  /** All processes end. @throws when one that is asked to does not end with 0. */
  stop(how: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** While it is stopped: its clock goes on by this much. Not for a cluster: Debian's faketime and Redis do not go together. */
  pass?(ms: number): Promise<void>;
  /** A backup while it runs, which it then goes on from elsewhere. */
  backUpAndRestore?(): Promise<void>;
  /** While it is stopped: what starts next is the code that lies here. */
  use(root: string): void;
  /** While it is stopped: a script of package.json with its environment. @throws with what it said. */
  run(script: string, ...words: string[]): Promise<string>;
  /** While it is stopped: the room does not restore any more. */
  quarantine(room: string): Promise<void>;
  /** While it is stopped: by pseudonym, whether the key is there that a person's name is sealed under. */
  personalKeys(): Promise<ReadonlyMap<string, boolean>>;
  /** While it runs: one process more, or one less. For a cluster. */
  add?(): Promise<void>;
  remove?(how: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** The last that its processes wrote. */
  output(): string;
  /** Ends all that it began, also what begins right now. */
  close(): Promise<void>;
};

/** From the database at this address. */
export async function personalKeysAt(url: string): Promise<ReadonlyMap<string, boolean>> {
  const database = await openDatabase(url, { migrate: false });
  const rows = await database.db.select().from(players).finally(database.close);
  return new Map(rows.map(({ id, wrappedKey, name, subject }) => [id, Boolean(wrappedKey ?? name ?? subject)]));
}

/** An environment under which a process has the wall clock shifted; timers go on as they are. */
export function shifted(offsetMs: number): Record<string, string> {
  if (offsetMs === 0) return {};
  const library = findFaketime();
  if (!library) throw new Error('faketime is missing: apt-get install faketime');
  return {
    LD_PRELOAD: library,
    FAKETIME: `+${Math.round(offsetMs / 1000)}`,
    DONT_FAKE_MONOTONIC: '1',
  };
}

/** Tries until it does not throw any more; @throws the last of it after `ms`. */
export async function eventually<T>(check: () => Promise<T>, ms = 30_000): Promise<T> {
  for (const until = performance.now() + ms; ; ) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await pause(50);
  }
}

/** Limits of one address are not what is walked here: all people come from one. */
export const UNLIMITED = {
  PARLOR_LOGINS_PER_MINUTE: '100000',
  PARLOR_JOINS_PER_MINUTE: '100000',
  PARLOR_REQUESTS_PER_MINUTE: '100000',
  PARLOR_CONNECTIONS_PER_ADDRESS: '10000',
  LOG_LEVEL: 'info',
};

/** @throws when it takes longer: what hangs is a fault like any other, and `output` tells of it. */
export async function within<T>(ms: number, what: string, doing: Promise<T>, output: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} takes more than ${ms} ms\n${output()}`)), ms);
  });
  return Promise.race([doing, late]).finally(() => clearTimeout(timer));
}

/** Rejects once `stop` says so, and leaves what it waited for to itself. */
export async function unlessStopped<T>(
  doing: Promise<T>,
  stop: AbortSignal = new AbortController().signal,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const give = () => reject(stop.reason);
  stop.addEventListener('abort', give);
  if (stop.aborted) give();
  return Promise.race([doing, promise]).finally(() => stop.removeEventListener('abort', give));
}
