/** Batches of one journal, one behind the other: number, epoch, length, bytes. */
import type { Stored } from '#rooms/ports.ts';
import { DamageError } from '#server/journal/fates.ts';

const HEAD = 20;

export function packed(entries: readonly Stored[]): Buffer {
  const run = Buffer.allocUnsafe(entries.reduce((sum, { bytes }) => sum + HEAD + bytes.length, 0));
  let at = 0;
  for (const { n, epoch, bytes } of entries) {
    run.writeDoubleBE(n, at);
    run.writeDoubleBE(epoch, at + 8);
    run.writeUInt32BE(bytes.length, at + 16);
    run.set(bytes, at + HEAD);
    at += HEAD + bytes.length;
  }
  return run;
}

/** Throws `DamageError`. */
export function unpacked(run: Buffer): Stored[] {
  const entries: Stored[] = [];
  for (let at = 0; at < run.length; ) {
    const from = at + HEAD;
    const next = from <= run.length ? from + run.readUInt32BE(at + 16) : Number.POSITIVE_INFINITY;
    if (next > run.length)
      throw new DamageError(`Stored batches after ${entries.at(-1)?.n ?? 'the first'} are cut short.`);
    const bytes = new Uint8Array(run.subarray(from, next));
    entries.push({ n: run.readDoubleBE(at), epoch: run.readDoubleBE(at + 8), bytes });
    at = next;
  }
  return entries;
}
