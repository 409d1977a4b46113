/**
 * What the stores ask of the keyring. A place says where sealed bytes live (`players/p1/name`); bytes
 * moved to another place do not open.
 */
export type Sealing = {
  /** A fresh key for one player, wrapped. Whoever loses it has erased the person. */
  newPlayerKey(player: string): Uint8Array;
  sealPersonal(wrapped: Uint8Array, place: string, text: string): Uint8Array;
  /** Throws when the bytes were changed, moved, or sealed under another key. */
  openPersonal(wrapped: Uint8Array, place: string, sealed: Uint8Array): string;

  sealRow(place: string, plain: Uint8Array): Uint8Array;
  /** Throws as `openPersonal` does. */
  openRow(place: string, sealed: Uint8Array): Uint8Array;

  /** A keyed hash for lookups: the same for the same purpose and value, and no way back. */
  hash(purpose: string, value: string): string;
};

/** Opens a personal column; empty once the person was erased, or where there never was anything. */
export function openOrEmpty(
  sealing: Sealing,
  wrapped: Uint8Array | null,
  place: string,
  sealed: Uint8Array | null,
): string {
  return wrapped && sealed ? sealing.openPersonal(wrapped, place, sealed) : '';
}
