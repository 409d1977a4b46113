/** What must be true of an installation, whatever happened to its processes. Names and texts, no sockets. */
export type Login = {
  /** Wall ms of the installation at which the provider forgets it. */
  until: number;
  /** Somebody ended it. */
  ended: boolean;
};

export type Someone = {
  name: string;
  password: string;
  /** Their pseudonym, once it was seen. */
  player: string;
  login: Login;
};

export type Said = { author: string; text: string; expiresAt: number };

export type Played = {
  room: string;
  /** Names, by seat. */
  seats: [string, string];
  /** As it was last acknowledged. */
  cells: readonly number[];
  /** Names of the winners once it is over; none is a draw. */
  winners?: readonly string[];
  /** It does not restore, and waits for an administrator. */
  quarantined: boolean;
};

export class Model {
  readonly people = new Map<string, Someone>();
  readonly said: Said[] = [];
  readonly matches: Played[] = [];
  /** Processes that have rooms. */
  processes = 1;
  /** Numbers of names, texts and releases given so far. */
  count = 0;

  next(): number {
    return ++this.count;
  }

  /** Those whose login is good at `now`. */
  signedIn(now: number): Someone[] {
    return [...this.people.values()].filter(({ login }) => !login.ended && login.until > now);
  }

  /** Those who were thrown out, or left. */
  signedOut(): Someone[] {
    return [...this.people.values()].filter(({ login }) => login.ended);
  }

  /** Matches in play, all of whose players are signed in. */
  playing(now: number): Played[] {
    const here = new Set(this.signedIn(now).map(({ name }) => name));
    return this.matches.filter(
      ({ winners, quarantined, seats }) => !winners && !quarantined && seats.every((name) => here.has(name)),
    );
  }

  /** Played, won and lost, by name. */
  scores(): Map<string, [played: number, won: number, lost: number]> {
    const scores = new Map<string, [number, number, number]>();
    for (const { seats, winners } of this.matches) {
      if (!winners) continue;
      for (const name of seats) {
        const score = scores.get(name) ?? [0, 0, 0];
        score[0] += 1;
        if (winners.length > 0) score[winners.includes(name) ? 1 : 2] += 1;
        scores.set(name, score);
      }
    }
    return scores;
  }
}
