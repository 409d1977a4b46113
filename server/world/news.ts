/** What every process has to hear at once. In one process there is nobody else to tell. */

/** A login that ended; without one, every login of the player that began before `at` (wall ms). */
export type Ended = { login: string } | { player: string; at: number };

export type News = {
  /** While false, something may be missed. */
  readonly heard: boolean;
  tell(ended: Ended): Promise<void>;
  /** `missed` is called when something may have been. */
  listen(listener: (ended: Ended) => void, missed: () => void): Promise<void>;
};

export const NO_NEWS: News = { heard: true, async tell() {}, async listen() {} };
