/**
 * How often one may try a password or make an account. Wrong passwords count per name and address together,
 * so that nobody can lock another out. How many forms an address sends at all is limited before they come here.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { createLimiter } from '#server/limits/limiter.ts';

export type AttemptLimits = {
  /** Wrong passwords for one name from one address, per ten minutes. */
  failures: number;
  /** Accounts made from one address, per hour. */
  registrations: number;
};

export const ATTEMPT_LIMITS: AttemptLimits = { failures: 10, registrations: 60 };

export type Attempts = {
  /** False: too many wrong passwords already. Counts nothing. */
  mayLogIn(address: string, name: string): Promise<boolean>;
  failed(address: string, name: string): Promise<void>;
  succeeded(address: string, name: string): Promise<void>;
  /** False: not now. Counts this account. */
  mayRegister(address: string): Promise<boolean>;
};

export function createAttempts(limits: AttemptLimits): Attempts {
  const failures = new RateLimiterMemory({ points: limits.failures, duration: 600 });
  const registrations = createLimiter(limits.registrations, 3600);
  const place = (address: string, name: string) => `${address} ${name}`;

  return {
    async mayLogIn(address, name) {
      const spent = await failures.get(place(address, name));
      return !spent || spent.consumedPoints < limits.failures;
    },
    async failed(address, name) {
      await failures.penalty(place(address, name));
    },
    async succeeded(address, name) {
      await failures.delete(place(address, name));
    },
    mayRegister: async (address) => (await registrations.take(address)) === 0,
  };
}
