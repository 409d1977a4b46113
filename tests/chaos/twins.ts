/**
 * Two owners of one room. Knows what every process says that it did, and the journals as they lie there; holds
 * each against the other. Pure.
 */
import type { Stored } from '#rooms/ports.ts';
import { type Appended, type Claimed, type Deed, printOf } from './deeds.ts';

export type Life = { owner: string; deeds: readonly Deed[] };
/** By journal id, what is left of it. */
export type Logs = ReadonlyMap<string, readonly Stored[]>;

type Of<D> = D & { owner: string };

export type Twins = {
  /** Effects of two owners at one epoch, or of one whose successor had claimed; a sentence each. */
  twins: string[];
  /** Batches that the journal acknowledged and does not have. */
  missing: string[];
};

export function findTwins(lives: readonly Life[], logs: Logs): Twins {
  const claims = byJournal<Claimed>(lives, 'claimed');
  const appends = byJournal<Appended>(lives, 'appended');
  const twins = [...claims.values()].flatMap(sharedEpochs);
  for (const [journal, own] of appends) twins.push(...sharedPlaces(own), ...afterFence(own, claims.get(journal) ?? []));
  for (const [journal, log] of logs) twins.push(...backwards(journal, log));
  const missing = [...appends].flatMap(([journal, own]) => lostFrom(own, logs.get(journal) ?? []));
  return { twins, missing };
}

function sharedEpochs(claims: Of<Claimed>[]): string[] {
  const owners = new Map<number, string>();
  return claims.flatMap(({ room, epoch, owner }) => {
    const other = owners.get(epoch) ?? owner;
    owners.set(epoch, other);
    return other === owner ? [] : [`${room}: ${other} and ${owner} both claimed epoch ${epoch}`];
  });
}

function sharedPlaces(appends: Of<Appended>[]): string[] {
  const first = new Map<number, Of<Appended>>();
  return appends.flatMap((one) => {
    const other = first.get(one.n) ?? one;
    first.set(one.n, other);
    if (other.owner === one.owner && other.print === one.print) return [];
    return [`${one.room}: batch ${one.n} was written by ${other.owner} and again by ${one.owner}`];
  });
}

/** Begun after a successor's claim was answered, and answered with success all the same. */
function afterFence(appends: Of<Appended>[], claims: Of<Claimed>[]): string[] {
  return appends.flatMap(({ room, owner, epoch, n, from }) => {
    const fence = claims.find((claim) => claim.epoch > epoch && claim.to < from);
    if (!fence) return [];
    return [`${room}: ${owner} wrote batch ${n} at epoch ${epoch}, after ${fence.owner} had claimed ${fence.epoch}`];
  });
}

function backwards(journal: string, log: readonly Stored[]): string[] {
  return log.flatMap(({ n, epoch }, i) => {
    const before = log[i - 1];
    if (!before || before.epoch <= epoch) return [];
    return [`${journal}: batch ${n} of epoch ${epoch} lies after batch ${before.n} of epoch ${before.epoch}`];
  });
}

/** What was trimmed, or whose journal is gone, cannot be missed. */
function lostFrom(appends: Of<Appended>[], log: readonly Stored[]): string[] {
  const there = new Map(log.map((stored) => [stored.n, stored]));
  const first = log[0]?.n ?? Number.POSITIVE_INFINITY;
  return appends.flatMap(({ room, n, epoch, print }) => {
    const stored = there.get(n);
    if (n < first || (stored?.epoch === epoch && printOf(stored.bytes) === print)) return [];
    return [`${room}: batch ${n} of epoch ${epoch} was acknowledged, and is ${stored ? 'another' : 'not'} there`];
  });
}

function byJournal<D extends Claimed | Appended>(lives: readonly Life[], kind: D['k']): Map<string, Of<D>[]> {
  const all = lives.flatMap(({ owner, deeds }) =>
    deeds.flatMap((deed) => (deed.k === kind ? [{ ...(deed as D), owner }] : [])),
  );
  return Map.groupBy(all, ({ journal }) => journal);
}
