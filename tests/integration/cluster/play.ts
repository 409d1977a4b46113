/** People who do things without pause, and what was answered to them. */
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { Channel } from '#schema/chat.ts';
import { until, up } from '#tests/integration/rooms/harness.ts';

export type Talk = DurableConnection<Channel>;
// biome-ignore lint/suspicious/noExplicitAny: states of every machine
export type Any = DurableConnection<any>;

export type Noted = { seq: number; text: string };

/** Takes notes as fast as they are answered, until it is told to stop; answers the acknowledged ones. */
export function notes(seat: Any, name: string): { stop(): Promise<Noted[]>; count(): number } {
  let going = true;
  const acked: Noted[] = [];
  const done = (async () => {
    for (let n = 0; going; n++) {
      const text = `${name} ${n}`;
      const reply = await seat.submit('say', { text, ttlMs: 60_000 });
      if (reply.ok) acked.push({ seq: reply.seq, text });
    }
  })();
  return {
    count: () => acked.length,
    async stop() {
      going = false;
      await done;
      return acked;
    },
  };
}

/** From now until each of them is up again, ms. */
export async function backAfter(seats: readonly Any[], strike: () => unknown): Promise<number[]> {
  const from = performance.now();
  const downs = seats.map((seat) => until(() => seat.status === 'reconnecting', 30_000));
  await strike();
  return Promise.all(
    seats.map(async (seat, i) => {
      await downs[i];
      await until(() => seat.status !== 'reconnecting', 30_000);
      return Math.round(performance.now() - from);
    }),
  );
}

/** The notes that a client sees, oldest first; the probe keeps so many of them. */
export function seenBy(seat: Any): Noted[] {
  const notes = [...(seat.state.notes as Map<string, { text: string }>)];
  return notes.map(([seq, { text }]) => ({ seq: Number(seq), text })).sort((a, b) => a.seq - b.seq);
}

export const allUp = (seats: readonly Any[]) => up(...seats);
