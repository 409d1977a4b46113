/** Fingerprints of one room, keyed by its seed: another room has another one of the same state. */
import type { Schema } from '@colyseus/schema';
import { textOf } from '#rooms/kernel/codec.ts';
import { fingerprint } from '#rooms/kernel/hash.ts';
import type { Seed } from '#rooms/kernel/random.ts';
import { dump } from '#rooms/kernel/tree.ts';
import type { RoomState } from '#schema/states.ts';

export class Fingerprints {
  readonly #key: bigint;

  constructor([high = 0, low = 0]: Seed) {
    this.#key = (BigInt(high) << 32n) | BigInt(low);
  }

  /** Of what the machine keeps: state without `seq`, and secret. Not of the ledger, and of no refId. */
  ofState(state: RoomState, secret: unknown): string {
    const { seq } = state;
    state.seq = 0;
    const text = textOf([dump(state as Schema, false), secret]);
    state.seq = seq;
    return fingerprint(text, this.#key);
  }

  /** Tells a repeated command id from one used for something else. */
  ofCommand(type: string, payload: unknown): string {
    return fingerprint(textOf([type, payload]), this.#key);
  }
}
