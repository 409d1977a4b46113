/** Opens the directory of the rooms of this process, with the clocks that they go by. Nothing is served yet. */
import { randomUUID } from 'node:crypto';
import { Directory } from '#rooms/host/directory.ts';
import type { HostClock } from '#rooms/host/host-clock.ts';
import type { DirectoryOptions } from '#rooms/host/room-ports.ts';
import { Ticker } from '#rooms/host/ticker.ts';
import type { Steps } from '#rooms/ports.ts';
import type { Config } from '#server/config.ts';
import { dyingAt } from '#server/start/dying-at.ts';
import { isFollowed, type Logger } from '#server/telemetry/log.ts';

/** A room nobody is in is unloaded after this long; it wakes when somebody comes. */
const IDLE_MS = 30_000;

export type RoomsDeps = Omit<
  DirectoryOptions,
  'owner' | 'now' | 'wall' | 'activeTime' | 'ticker' | 'steps' | 'trace' | 'limits' | 'log'
> & {
  config: Pick<Config, 'limits' | 'test'>;
  log: Logger;
  /** Minted, unless said otherwise. */
  owner?: string | undefined;
  clock: HostClock;
  idleMs?: number | undefined;
  /** In place of `PARLOR_TEST_KILL`. */
  steps?: Steps | undefined;
};

export function openRooms(deps: RoomsDeps, stack: AsyncDisposableStack): Directory {
  const { config, log, clock } = deps;
  stack.defer(clock.start());
  return new Directory({
    ...deps,
    trace: isFollowed(log) ? log.debug.bind(log) : undefined,
    owner: deps.owner ?? randomUUID(),
    now: clock.now,
    wall: clock.wall,
    activeTime: clock.activeTime,
    ticker: new Ticker((ms) => deps.meter.late(ms)),
    steps: deps.steps ?? dyingAt(config.test.kill),
    limits: { ...config.limits, idleMs: deps.idleMs ?? IDLE_MS },
  });
}
