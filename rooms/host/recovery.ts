/** An append with an unknown fate: claim anew, then read. The old append is in what is read, or can never land. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Journal } from '#rooms/host/journal.ts';
import type { Sequencer } from '#rooms/host/sequencer.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { JournalError } from '#rooms/ports.ts';

const AGAIN_MS = { first: 25, most: 250 };

export type RecoveryOptions = {
  owner: string;
  replica: Replica;
  journal: Journal;
  sequencer: Sequencer;
  /** This process may go on with its rooms. */
  mayRun(): boolean;
};

/**
 * Tries until the journal answers; then the sequencer knows, and may resume. Sockets stay meanwhile.
 * @throws JournalError `fenced` when the room is somebody else's by now; otherwise what made the log unreadable.
 */
export async function recover({ owner, replica, journal, sequencer, mayRun }: RecoveryOptions): Promise<void> {
  for (let wait = AGAIN_MS.first; !sequencer.stopped; wait = Math.min(wait * 2, AGAIN_MS.most)) {
    try {
      if (mayRun()) {
        if (!(await journal.renew(owner))) throw new JournalError('fenced', 'The room was claimed by somebody else.');
        const landed = await journal.batch(replica.batch + 1);
        if (sequencer.stopped) return;
        sequencer.settle(landed);
        return;
      }
    } catch (error) {
      if (!(error instanceof JournalError) || error.fate !== 'unknown') throw error;
    }
    await pause(wait, undefined, { ref: false });
  }
}
