/**
 * What each process did to journals, noted down by itself where a kill cannot take it away. It says who did it
 * and when, which the journal does not; the times are of one clock for all processes.
 */
import { hash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Claim, JournalStore } from '#rooms/ports.ts';

/** When something was asked for, and when it was answered with success. */
type Span = { from: number; to: number };
type Place = { room: string; journal: string; epoch: number };

export type Claimed = { k: 'claimed' } & Place & Span;
export type Appended = { k: 'appended'; n: number; print: string } & Place & Span;

export type Deed =
  | { k: 'born'; owner: string }
  | Claimed
  | Appended
  /** The process came by the step that it was to die at. */
  | { k: 'died'; step: string; at: number };

export type Note = (deed: Deed) => void;

/** Ms of the machine's monotonic clock. */
export const machineNow = () => Number(process.hrtime.bigint()) / 1e6;
const offset = machineNow() - performance.now();
/** The same, as `performance.now()` of this process has it. */
export const asHere = (machineMs: number) => machineMs - offset;

export const printOf = (bytes: Uint8Array) => hash('sha1', bytes).slice(0, 16);

/** Each line is with the kernel before anything else happens: it outlives this process. */
export function noteIn(file: string): Note {
  const fd = openSync(file, 'a');
  return (deed) => void writeSync(fd, `${JSON.stringify(deed)}\n`);
}

export async function deedsIn(file: string): Promise<Deed[]> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as Deed);
}

/** Notes what the store answered with success. */
export function noting(store: JournalStore, note: Note): JournalStore {
  function claimed(answer: Claim | string, from: number): void {
    if (typeof answer === 'string') return;
    const { room, journal, epoch } = answer;
    note({ k: 'claimed', room, journal, epoch, from, to: machineNow() });
  }
  let born = false;
  return {
    ...store,
    async alive(owner, at) {
      if (!born) note({ k: 'born', owner });
      born = true;
      await store.alive(owner, at);
    },
    async create(...given) {
      const from = machineNow();
      const answer = await store.create(...given);
      claimed(answer, from);
      return answer;
    },
    async claim(...given) {
      const from = machineNow();
      const answer = await store.claim(...given);
      claimed(answer, from);
      return answer;
    },
    async append(claim, n, bytes) {
      const from = machineNow();
      const print = printOf(bytes);
      await store.append(claim, n, bytes);
      const { room, journal, epoch } = claim;
      note({ k: 'appended', room, journal, epoch, n, print, from, to: machineNow() });
    },
  };
}
