import { type Claim, JournalError } from '#rooms/ports.ts';

/** What lies in the file for one room cannot be read. The others are fine. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

export const fenced = (claim: Claim) =>
  new JournalError('fenced', `Epoch ${claim.epoch} of room ${claim.room} is over: it was claimed anew, or has ended.`);

export const unknown = (cause: unknown) =>
  new JournalError('unknown', `The journal could not be written: ${cause instanceof Error ? cause.message : cause}`);

export const notNext = (claim: Claim, n: number, last: number) =>
  new JournalError('misplaced', `Batch ${n} of room ${claim.room} does not follow batch ${last}.`);

export const taken = (claim: Claim, n: number) =>
  new JournalError('misplaced', `Batch ${n} of room ${claim.room} is already there with other bytes.`);

export const beyond = (claim: Claim, n: number, last: number) =>
  new JournalError('misplaced', `Room ${claim.room} has no batch ${n} yet; the last is ${last}.`);

export const used = (claim: Claim) =>
  new JournalError('misplaced', `Journal ${claim.journal} exists already; room ${claim.room} needs one of its own.`);
