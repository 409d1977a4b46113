import { percentile, returns, type Window } from '#tests/kill/returns.ts';
import type { Phase } from './campaign.ts';
import type { Crowd, PutOut } from './crowd.ts';
import type { Seen } from './look.ts';
import type { Verdict } from './verdict.ts';

export type Report = {
  kills: number;
  acked: number;
  lost: number;
  double: number;
  takenBack: number;
  twin: number;
  ghost: number;
  hidden: number;
  /** From the death of a process to a client that is let through again by the next. */
  backP50Ms: number;
  backP99Ms: number;
  /** From the death of a process to the claim of one of its rooms, and to that room being restored. */
  claimedP50Ms: number;
  claimedP99Ms: number;
  restoredP99Ms: number;
  drains: number;
  /** The same from the SIGTERM. */
  drainBackP50Ms: number;
  drainBackP99Ms: number;
  faults: Record<string, number>;
  seen: number;
  matches: number;
  outcomesWrong: number;
  /** Returns to the seat one had; entities that were removed and re-added by them; returns by the front door. */
  resumed: number;
  readded: number;
  rejoined: number;
  /** Clients that a room put out for good while it lived. */
  putOut: number;
  killsBetweenAppendAndAck: number;
  repeatsAnswered: number;
  seed: number;
  /** What else went wrong; a sentence each. */
  problems: string[];
};

export type Reported = {
  seed: number;
  verdict: Verdict;
  seen: Seen;
  problems: readonly string[];
  phases: readonly Phase[];
  crowd: Crowd;
  putOut: readonly PutOut[];
};

export function reportOf({ seed, verdict, seen, problems, phases, crowd, putOut }: Reported): Report {
  const { twins, ghosts: seats, problems: unjudged, lost, double, takenBack, takeovers, ...found } = verdict;
  const { acked, matches, outcomesWrong, killsBetweenAppendAndAck, repeatsAnswered } = found;
  const ghosts = [...seats, ...seen.ghosts];
  const out = putOut.map((one) => `${one.player} was put out of ${one.room}: ${one.refusal ?? one.status}`);
  const unfound = putOut.filter(({ refusal }) => refusal === 'no-such-room' || refusal === 'room-ended').length;
  const windows = (of: 'deaths' | 'drains') =>
    phases.flatMap(({ struck, until }) =>
      struck[of].map(({ at }, i): Window => ({ at, until: struck[of][i + 1]?.at ?? until })),
    );
  const after = (of: readonly Window[], what: 'claimed' | 'adopted') =>
    of
      .flatMap(({ at, until }) =>
        takeovers.flatMap((one) => (one[what] > at && one[what] < until ? [one[what] - at] : [])),
      )
      .sort((a, b) => a - b);
  const kills = windows('deaths');
  const drains = windows('drains');
  const back = returns(crowd.records, kills);
  const drainBack = returns(crowd.records, drains);
  const faults: Record<string, number> = {};
  for (const { fault } of phases) faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
  const sum = (of: 'resumed' | 'readded' | 'rejoined') =>
    crowd.clients.reduce((total, { entities }) => total + entities[of], 0);
  return {
    kills: kills.length,
    acked,
    lost,
    double,
    takenBack,
    twin: twins.length,
    ghost: ghosts.length,
    hidden: seen.hidden.length + unfound,
    backP50Ms: percentile(back, 0.5),
    backP99Ms: percentile(back, 0.99),
    claimedP50Ms: percentile(after(kills, 'claimed'), 0.5),
    claimedP99Ms: percentile(after(kills, 'claimed'), 0.99),
    restoredP99Ms: percentile(after(kills, 'adopted'), 0.99),
    drains: drains.length,
    drainBackP50Ms: percentile(drainBack, 0.5),
    drainBackP99Ms: percentile(drainBack, 0.99),
    faults,
    seen: found.seen,
    matches,
    outcomesWrong,
    resumed: sum('resumed'),
    readded: sum('readded'),
    rejoined: sum('rejoined'),
    putOut: putOut.length,
    killsBetweenAppendAndAck,
    repeatsAnswered,
    seed,
    problems: [...problems, ...unjudged, ...twins, ...ghosts, ...seen.hidden, ...out],
  };
}

/** Nothing of what must never happen did. */
export function isClean({ lost, double, takenBack, twin, ghost, hidden, outcomesWrong, readded, problems }: Report) {
  return lost + double + takenBack + twin + ghost + hidden + outcomesWrong + readded + problems.length === 0;
}
