/**
 * How often one may try a password or make an account. Passwords count per name and address together, so that
 * nobody can lock another out. How many forms an address sends at all is limited before they come here.
 */
import type { CreateLimiter } from '#server/limits/limiter.ts';

export type AttemptLimits = {
  /** Wrong passwords for one name from one address, per ten minutes. */
  failures: number;
  /** Accounts made from one address, per hour. */
  registrations: number;
};

export const ATTEMPT_LIMITS: AttemptLimits = { failures: 10, registrations: 60 };

export type Attempts = {
  /** Counts a wrong password before it is looked at, or guesses at once would all come in under the limit. */
  mayLogIn(address: string, name: string): Promise<boolean>;
  /** The password was not looked at: it does not count. */
  untried(address: string, name: string): Promise<void>;
  /** The password was right: none of the wrong ones before it counts. */
  succeeded(address: string, name: string): Promise<void>;
  /** False: not now. Counts this account. */
  mayRegister(address: string): Promise<boolean>;
};

export function createAttempts(limits: AttemptLimits, limiter: CreateLimiter): Attempts {
  const passwords = limiter('passwords', limits.failures, 600);
  const registrations = limiter('registrations', limits.registrations, 3600);
  const place = (address: string, name: string) => `${address} ${name}`;

  return {
    mayLogIn: async (address, name) => (await passwords.take(place(address, name))) === 0,
    untried: (address, name) => passwords.giveBack(place(address, name)),
    succeeded: (address, name) => passwords.forget(place(address, name)),
    mayRegister: async (address) => (await registrations.take(address)) === 0,
  };
}
