/** One room's own journal: what it appends is encoded, sealed and fenced by its claim. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { loadAll } from '#rooms/host/pages.ts';
import { type Batch, decodeEntry, encodeEntry, type Genesis } from '#rooms/kernel/log.ts';
import type { History } from '#rooms/kernel/replay.ts';
import type { Snapshot } from '#rooms/kernel/snapshot.ts';
import type { Claim, JournalStore, Kept, Seal } from '#rooms/ports.ts';

export class Journal {
  readonly #store: JournalStore;
  readonly #seal: Seal;
  #claim: Claim;

  constructor(store: JournalStore, seal: Seal, claim: Claim) {
    this.#store = store;
    this.#seal = seal;
    this.#claim = claim;
  }

  get claim(): Claim {
    return this.#claim;
  }

  /**
   * Claims anew: from then on an append under the old claim is in the log, or can never land. False when
   * somebody else has the room, or it is over.
   */
  async renew(owner: string): Promise<boolean> {
    const { room, journal } = this.#claim;
    let { epoch } = this.#claim;
    for (;;) {
      const claim = await this.#store.claim(room, owner, epoch);
      if (typeof claim !== 'string') {
        this.#claim = claim;
        return true;
      }
      // A claim of ours may have landed although its answer was lost.
      const record = await this.#store.find(room);
      if (claim === 'gone' || record?.journal !== journal || record.owner !== owner || record.epoch === epoch)
        return false;
      epoch = record.epoch;
    }
  }

  /** Batch `n`, if the log has it. */
  async batch(n: number): Promise<Batch | undefined> {
    const entry = await this.#store.entry(this.#claim, n);
    return entry && decodeEntry<Batch>(this.#seal.open('entry', this.#claim, entry));
  }

  /** Resolves once batch `n` is durable; rejects with a JournalError. */
  append(n: number, batch: Batch): Promise<void> {
    return this.#store.append(this.#claim, n, this.#seal.entry(this.#claim, n, encodeEntry(batch)));
  }

  /** With `trim`, entries up to `n` go; `scrub` says when they are gone from the disk. */
  snapshot(n: number, snapshot: Snapshot, trim: boolean): Promise<void> {
    return this.#store.snapshot(this.#claim, n, this.#seal.snapshot(this.#claim, n, encodeEntry(snapshot)), trim);
  }

  /** What the last snapshot trimmed is gone from every file when this resolves. */
  scrub(): Promise<void> {
    return this.#store.scrub();
  }

  /** `proof`: of what the room is after batch `n`, so that other code can be held against it. */
  settle(n: number, deadline: number | undefined, proof?: string): Promise<void> {
    const mark = proof === undefined ? undefined : markOf(this.#seal, this.#claim, n, proof);
    return this.#store.settle(this.#claim, n, deadline, mark);
  }

  end(keep: boolean): Promise<void> {
    return this.#store.end(this.#claim, keep);
  }

  /** @throws SealError when something was changed, cut or moved. */
  async load(): Promise<History & { last: number }> {
    const kept = await loadAll(this.#store, this.#claim);
    return { ...historyOf(this.#seal, this.#claim, kept), last: kept.entries.at(-1)?.n ?? kept.snapshot?.n ?? 0 };
  }
}

/** What a journal's bytes say; also for replays and exports, without a claim. */
export function historyOf(
  seal: Seal,
  of: { room: string; journal: string },
  { snapshot, entries, mark }: Kept,
): History {
  const plain = entries.map((entry) => ({ n: entry.n, bytes: seal.open('entry', of, entry) }));
  const genesis = plain[0]?.n === 0 ? decodeEntry<Genesis>(plain[0].bytes) : undefined;
  return {
    ...(genesis && { genesis }),
    ...(snapshot && { snapshot: decodeEntry<Snapshot>(seal.open('snapshot', of, snapshot)) }),
    batches: plain.filter(({ n }) => n > 0).map(({ bytes }) => decodeEntry<Batch>(bytes)),
    ...(mark !== undefined && { mark: markIn(seal, of, mark) }),
  };
}

/** The store learns nothing of the room by it, and cannot make one. */
function markOf(seal: Seal, { journal }: { journal: string }, n: number, proof: string): string {
  const mac = createHmac('sha256', seal.derive('settle-mark')).update(`${journal}\n${n}\n${proof}`);
  return `${n}.${mac.digest('base64url')}`;
}

function markIn(seal: Seal, of: { journal: string }, mark: string): NonNullable<History['mark']> {
  const n = Number.parseInt(mark, 10);
  return {
    n,
    proves(proof) {
      const [given, made] = [mark, markOf(seal, of, n, proof)].map((text) => Buffer.from(text)) as [Buffer, Buffer];
      return given.length === made.length && timingSafeEqual(given, made);
    },
  };
}
