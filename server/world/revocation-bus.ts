import type { Banned } from '#server/world/bans.ts';

/** What every process has to hear at once. In one process there is nobody else to tell. */

/** A session that ended; every session of a player that began before `at` (wall ms); a ban that began or was lifted. */
export type Ended = ({ session: string } & By) | ({ player: string; at: number } & By) | Banned;

/** When it was not its owner, as far as is known. */
type By = { by?: 'administrator' };

export type RevocationBus = {
  /** While false, something may be missed. */
  readonly heard: boolean;
  tell(ended: Ended): Promise<void>;
  /** `missed` is called when something may have been. */
  listen(listener: (ended: Ended) => void, missed: () => void): Promise<void>;
};

export const NO_REVOCATION_BUS: RevocationBus = { heard: true, async tell() {}, async listen() {} };
