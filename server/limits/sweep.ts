/**
 * Cuts sockets that cost memory without being read: once a second all of them are looked at, whatever their load is
 * (patches, replies, the lobby), and those that never acknowledge their join.
 */
import type { WebSocket } from 'ws';

/** A joined socket acknowledges its join in a moment; the library queues for it without end until then. */
const JOIN_MS = 15_000;
const SWEEP_MS = 1_000;

export type Swept = Pick<WebSocket, 'bufferedAmount' | 'terminate'> & {
  /** When it was opened, by the monotonic clock, and whether it has acknowledged its join. */
  readonly since: number;
  readonly joined: boolean;
};

export type SweepOptions = {
  sockets: Iterable<Swept>;
  /** Bytes that may wait for a reader. */
  maxBuffered: number;
  /** Counts a socket that was cut. */
  cut(reason: 'slow-reader' | 'never-joined'): void;
};

export function sweepSockets({ sockets, maxBuffered, cut }: SweepOptions, now: number): void {
  for (const socket of sockets) {
    const reason = socket.bufferedAmount > maxBuffered ? 'slow-reader' : 'never-joined';
    if (reason === 'never-joined' && (socket.joined || now - socket.since < JOIN_MS)) continue;
    cut(reason);
    socket.terminate();
  }
}

/** Answers how to stop it. */
export function startSweep(options: SweepOptions): () => void {
  const timer = setInterval(() => sweepSockets(options, performance.now()), SWEEP_MS).unref();
  return () => clearInterval(timer);
}
