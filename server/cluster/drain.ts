/**
 * The drain of a stopping process. Steps, in order: the member is marked as draining; then, room by room, flush,
 * snapshot, the successor restores, and only then the clients are redirected. All within a time limit.
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

/**
 * Resolves when every room is handed over, or closed after the time limit; journaled data is safe either way. Calls in
 * flight are awaited; each has its own timeout.
 */
export async function drain({ directory, members, peers, withinMs, log }: DrainOptions): Promise<void> {
  const from = members.self.id;
  await members.drain();

  async function handOver(room: string): Promise<void> {
    const successor = members.chooseSuccessor(room, from);
    if (!successor) return;
    const kept = await peers.call(successor, 'take', { room, from }, TAKE_MS).catch((error: Error) => error.message);
    if (kept !== null) log.warn({ room, reason: kept }, 'room not handed over');
  }

  const late = new AbortController();
  const timer = setTimeout(() => {
    log.warn({ withinMs }, 'handover time exceeded');
    late.abort();
  }, withinMs);
  await directory.close(handOver, late.signal).finally(() => clearTimeout(timer));
}
