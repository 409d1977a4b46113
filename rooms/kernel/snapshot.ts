import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Genesis } from '#rooms/kernel/log.ts';
import type { Defaults, Dumped } from '#rooms/kernel/tree.ts';

/** Machine and ledger between two batches, as plain data. */
export type Snapshot = {
  genesis: Genesis;
  version: string;
  /** Fields that have their default are not in `state`. */
  defaults?: Defaults;
  ledger: Ledger;
  state: Dumped;
  secret: unknown;
  /** Next refId to give out. */
  nextRefId: number;
};
