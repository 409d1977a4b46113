/** Batches of one journal, one behind the other: number, epoch, length, bytes. */
import type { Stored } from '#rooms/ports.ts';
import { DamageError } from '#server/journal/fates.ts';

const HEAD = 20;

export function packed(entries: readonly Stored[]): Uint8Array[] {
  return entries.flatMap(({ n, epoch, bytes }) => {
    const head = Buffer.allocUnsafe(HEAD);
    head.writeDoubleBE(n, 0);
    head.writeDoubleBE(epoch, 8);
    head.writeUInt32BE(bytes.length, 16);
    return [head, bytes];
  });
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
