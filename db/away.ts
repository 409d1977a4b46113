/** SQLSTATE classes and codes of a server that is going, coming, refuses connections, or has no room on its disk. */
const SQLSTATE = /^(08...|53100|53300|57P0[1-5])$/;
const SYSTEM = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const DRIVER =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|embedded database stopped|Client has encountered/;

/**
 * True when a query failed because the database could not be reached, rather than because of what was
 * asked. Whether it took effect is then unknown: repeat only what is safe to repeat.
 */
export function isAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = String((cause as { code?: unknown }).code ?? '');
    if (SQLSTATE.test(code) || SYSTEM.test(code) || DRIVER.test(cause.message)) return true;
    if (cause instanceof AggregateError && cause.errors.some(isAway)) return true;
  }
  return false;
}
