/**
 * The one place in the client that reads a clock. A device's wall clock may be wrong, and may be
 * set at any moment, so times are the server's: what it said last, counted on by a clock that is never set.
 */

/** Ms since some moment; never set, never goes back. It may stand while the device sleeps. */
export const monotonic = (): number => performance.now();
