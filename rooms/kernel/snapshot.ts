import type { Ledger } from '#rooms/kernel/ledger.ts';
import type { Genesis } from '#rooms/kernel/log.ts';
import type { Dumped } from '#rooms/kernel/tree.ts';

/** Machine and ledger between two batches, as plain JSON. */
export type Snapshot = {
  genesis: Genesis;
  version: string;
  ledger: Ledger;
  state: Dumped;
  secret: unknown;
  /** Next refId to give out. */
  nextRefId: number;
};
