/**
 * A process that is told to stop. Steps, in order: nobody gives it rooms any more; then, room by room, flush,
 * snapshot, the successor restores, and only then are the clients sent there. All within a time of ours.
 */
import type { Directory } from '#rooms/host/directory.ts';
import type { Membership } from '#server/cluster/members.ts';
import type { PeerCalls } from '#server/cluster/owners.ts';
import type { Peers } from '#server/cluster/peers.ts';
import type { Logger } from '#server/telemetry/log.ts';

const TAKE_MS = 2_000;

export type DrainOptions = {
  directory: Directory;
  members: Membership;
  peers: Peers<PeerCalls>;
  withinMs: number;
  log: Logger;
};

/** Resolves when every room is handed over or closed, or the time is up: what is in the journal is safe either way. */
export async function drain({ directory, members, peers, withinMs, log }: DrainOptions): Promise<void> {
  const from = members.self.id;
  await members.drain();

  async function handOver(room: string): Promise<void> {
    const heir = members.heirOf(room, from);
    if (!heir) return;
    const kept = await peers.call(heir, 'take', { room, from }, TAKE_MS).catch((error: Error) => error.message);
    if (kept !== null) log.warn({ room, reason: kept }, 'a room was left to whoever comes first');
  }

  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      log.warn({ withinMs }, 'the time for handing over is up');
      resolve();
    }, withinMs);
  });
  await Promise.race([directory.close(handOver), late]).finally(() => clearTimeout(timer));
}
