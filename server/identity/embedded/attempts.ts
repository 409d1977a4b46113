/** How often one may try. Counted per address and, so that nobody can lock another out, per name and address. */
import { RateLimiterMemory } from 'rate-limiter-flexible';

export type AttemptLimits = {
  /** Forms sent by one address, per minute. */
  perMinute: number;
  /** Wrong passwords for one name from one address, per ten minutes. */
  failures: number;
  /** Accounts made from one address, per hour. */
  registrations: number;
};

export const ATTEMPT_LIMITS: AttemptLimits = { perMinute: 60, failures: 10, registrations: 60 };

export type Attempts = {
  /** False: not now. Counts this form. */
  form(address: string): Promise<boolean>;
  /** False: too many wrong passwords already. Counts nothing. */
  mayLogIn(address: string, name: string): Promise<boolean>;
  failed(address: string, name: string): Promise<void>;
  succeeded(address: string, name: string): Promise<void>;
  /** False: not now. Counts this account. */
  register(address: string): Promise<boolean>;
};

export function createAttempts(limits: AttemptLimits): Attempts {
  const forms = new RateLimiterMemory({ points: limits.perMinute, duration: 60 });
  const failures = new RateLimiterMemory({ points: limits.failures, duration: 600 });
  const registrations = new RateLimiterMemory({ points: limits.registrations, duration: 3600 });

  const take = async (limiter: RateLimiterMemory, key: string) =>
    limiter.consume(key).then(
      () => true,
      () => false,
    );
  const place = (address: string, name: string) => `${address} ${name}`;

  return {
    form: (address) => take(forms, address),
    async mayLogIn(address, name) {
      const spent = await failures.get(place(address, name));
      return !spent || spent.consumedPoints < limits.failures;
    },
    async failed(address, name) {
      await take(failures, place(address, name));
    },
    async succeeded(address, name) {
      await failures.delete(place(address, name));
    },
    register: (address) => take(registrations, address),
  };
}
