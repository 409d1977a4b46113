/** How the clients play: without pause, with several commands on their way, each told from every other. */
import { setTimeout as pause } from 'node:timers/promises';
import { isOver } from '#client/net/connection.ts';
import type { Random } from '#rooms/kernel/random.ts';
import type { Channel } from '#schema/chat.ts';
import type { MatchState } from '#schema/states.ts';
import type { Recorder } from './recorder.ts';

/** Commands of one client on their way at a time. */
const PIPELINE = 3;
/** A channel takes five posts in five seconds. */
const POST_EVERY_MS = 1_100;

export type Playing = { stop: AbortSignal; random: Random };

/** Steers, draws and talks in the probe until told to stop; resolves when all is answered. */
export async function roam(recorder: Recorder, { stop, random }: Playing): Promise<void> {
  let n = 0;
  async function line(): Promise<void> {
    while (!stop.aborted) {
      const turn = n++;
      const kind = turn % 5;
      if (kind === 0) await recorder.submit('say', { text: `${recorder.record.player} ${turn}`, ttlMs: 1_000 });
      else if (kind === 1) await recorder.submit('draw', undefined);
      else
        await recorder.submit('steer', { vx: random.below(800) - 400 + turn / 2 ** 20, vy: random.below(800) - 400 });
    }
  }
  await Promise.all(Array.from({ length: PIPELINE }, line));
}

export async function talk(
  recorder: Recorder<Channel>,
  { stop }: Playing,
  everyMs: number = POST_EVERY_MS,
): Promise<void> {
  for (let n = 0; !stop.aborted; n++) {
    await recorder.submit('post', { text: `${recorder.record.player} ${n}` });
    await pause(everyMs, undefined, { signal: stop }).catch(() => {});
  }
}

/** Plays one match of Connect Four to its end, whatever happens to the server meanwhile, and gets up. */
export async function playMatch(
  recorder: Recorder<MatchState>,
  { random }: Pick<Playing, 'random'>,
  thinkMs = 0,
): Promise<void> {
  const { connection } = recorder;
  // Who was away while the other won and left may find the table gone.
  while (connection.state.phase !== 'finished' && !isOver(connection.status)) {
    const { phase, turn } = connection.state;
    if (phase === 'playing' && turn === connection.seat) {
      if (thinkMs > 0) await pause(thinkMs);
      await recorder.submit('drop', { column: random.below(7) });
    } else await change(connection);
  }
  await connection.leave();
}

function change(connection: Recorder<MatchState>['connection']): Promise<void> {
  return new Promise((resolve) => {
    const stop = connection.subscribe(() => {
      stop();
      resolve();
    });
  });
}
