/** Reads what `GET rooms/<room>/log` gave out. */
import { EXPORT_FORMAT, type RoomExport } from '#rooms/host/export.ts';
import { readText } from '#rooms/kernel/codec.ts';
import type { History } from '#rooms/kernel/replay.ts';

/** @throws with a sentence when this is no export, or one of another format. */
export function readExport(text: string): RoomExport {
  let read: Partial<RoomExport> | null;
  try {
    read = readText(text) as Partial<RoomExport> | null;
  } catch (error) {
    throw new Error(`This is no JSON: ${(error as Error).message}`);
  }
  if (typeof read?.machine !== 'string' || !Array.isArray(read.batches)) {
    throw new Error('This is not the log of a room: it names no machine, or has no batches.');
  }
  if (read.format !== EXPORT_FORMAT) {
    throw new Error(`This log has format ${read.format}; this code reads format ${EXPORT_FORMAT}.`);
  }
  return read as RoomExport;
}

/** What of it can be replayed: it ends before the first batch that is missing. */
export function playable({ genesis, snapshot, batches }: RoomExport): History & { missing?: number } {
  let next = genesis ? 1 : (snapshot?.ledger.batch ?? 0) + 1;
  const whole: History['batches'][number][] = [];
  for (const { n, ...batch } of batches) {
    if (n !== next) break;
    whole.push(batch);
    next++;
  }
  const known = { ...(genesis ? { genesis } : snapshot && { snapshot }), batches: whole };
  return whole.length < batches.length ? { ...known, missing: next } : known;
}
