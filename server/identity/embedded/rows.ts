/**
 * What the embedded provider asks of a store: rows of plain JSON, found by kind and id.
 *
 * A store that seals its rows still has to find them, so it indexes these payload fields (by keyed
 * hash, if it likes) when they are strings: `uid`, `userCode`, `grantId`, `accountId`.
 */
export type Payload = Record<string, unknown>;

export type Rows = {
  /** Writes or overwrites. `expiresIn` is in seconds; without it the row stays. */
  upsert(kind: string, id: string, payload: Payload, expiresIn?: number): Promise<void>;
  /**
   * Writes a row that has a unique key (a folded username, the name of a signing key), and further keys that no
   * other row of the kind may have (what a name looks like); it is found by the first only. False, and nothing is
   * written, when another row of this kind has the id or one of the keys: two writers cannot both win.
   * A later `upsert` of the same id keeps the keys; `destroy` frees them.
   */
  insert(kind: string, id: string, key: string, payload: Payload, further?: readonly string[]): Promise<boolean>;

  /** Rows past their time are not found, by any of these. */
  find(kind: string, id: string): Promise<Payload | undefined>;
  findByKey(kind: string, key: string): Promise<Payload | undefined>;
  findByUid(kind: string, uid: string): Promise<Payload | undefined>;
  findByUserCode(kind: string, userCode: string): Promise<Payload | undefined>;
  /** Every row of a kind, oldest first; only those of one account when it is named. */
  list(kind: string, accountId?: string): Promise<Payload[]>;

  /**
   * Sets `consumed` in the payload to now, in seconds, unless it is set already. True for the one caller that set
   * it; false for all others, and for a row that is not there.
   */
  consume(kind: string, id: string): Promise<boolean>;
  destroy(kind: string, id: string): Promise<void>;
  /** Removes every row of this kind with that `grantId`. */
  revokeByGrantId(kind: string, grantId: string): Promise<void>;
};
