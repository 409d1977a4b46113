/** What must be true of an installation, whatever happened to its processes. Names and texts, no sockets. */
export type Login = {
  /** Wall ms of the installation at which the provider forgets it. */
  until: number;
  /** Somebody ended it. */
  ended: boolean;
};

export type Someone = {
  /** What everything here knows them by. Their name may be another's once they were erased. */
  id: string;
  name: string;
  password: string;
  /** Their pseudonym, once it was seen. */
  player: string;
  session: Login;
  /** The account is switched off. */
  disabled: boolean;
  /** Wall ms at which a ban ends by itself; 0 without one. */
  bannedUntil: number;
  erased: boolean;
};

export type Said = { author: string; text: string; expiresAt: number };

export type Played = {
  room: string;
  /** Ids of people, by seat. */
  seats: [string, string];
  /** As it was last acknowledged. */
  cells: readonly number[];
  /** Ids of the winners once it is over; none is a draw. */
  winners?: readonly string[];
  /** It does not restore, and waits for an administrator. */
  quarantined: boolean;
};

/** A ban, or a message, ends within a second of its time; nothing is said of it right around then. */
export const AROUND_MS = 10_000;

export class Model {
  readonly people = new Map<string, Someone>();
  readonly said: Said[] = [];
  readonly matches: Played[] = [];
  /** Rooms of matches that an administrator closed. */
  readonly closed: string[] = [];
  /** Processes that have rooms. */
  processes = 1;
  /** Numbers of names, texts and releases given so far. */
  count = 0;

  next(): number {
    return ++this.count;
  }

  get all(): Someone[] {
    return [...this.people.values()];
  }

  /** Those who have an account. */
  get known(): Someone[] {
    return this.all.filter(({ erased }) => !erased);
  }

  /** Those whose session is good at `now`, and who may come in. */
  signedIn(now: number): Someone[] {
    return this.all.filter(({ session, bannedUntil }) => !session.ended && session.until > now && bannedUntil <= now);
  }

  /** Those who were thrown out, or left, and whose account is good for another session. */
  signedOut(): Someone[] {
    return this.known.filter(({ session, disabled }) => session.ended && !disabled);
  }

  idsOf(people: readonly Someone[]): ReadonlySet<string> {
    return new Set(people.map(({ id }) => id));
  }

  /** Matches in play, all of whose players are signed in. */
  playing(now: number): Played[] {
    const here = this.idsOf(this.signedIn(now));
    return this.matches.filter(
      ({ winners, quarantined, seats }) => !winners && !quarantined && seats.every((id) => here.has(id)),
    );
  }

  /** Played, won and lost, by id. */
  scores(): Map<string, [played: number, won: number, lost: number]> {
    const scores = new Map<string, [number, number, number]>();
    for (const { seats, winners } of this.matches) {
      if (!winners) continue;
      for (const id of seats) {
        const score = scores.get(id) ?? [0, 0, 0];
        score[0] += 1;
        if (winners.length > 0) score[winners.includes(id) ? 1 : 2] += 1;
        scores.set(id, score);
      }
    }
    return scores;
  }
}
