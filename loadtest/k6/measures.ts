/** What is measured, by name; pure, so that thresholds can be held against it outside k6. Times are in ms. */
export const MEASURES = {
  joins: 'counter',
  join_ok: 'rate',
  /** From asking for a seat to being let through by the room. */
  join_ms: 'trend',
  state_patches: 'counter',
  commands: 'counter',
  /** From a command to the decoded state that shows it. */
  own_visible_ms: 'trend',
  /** From a command to its answer. */
  ack_ms: 'trend',
  /** Anything that must not be seen; the tag `kind` says what. */
  state_errors: 'counter',
  /** Commands that were answered, and later were not there. */
  lost_commands: 'counter',
  digests: 'counter',
  digest_equal: 'rate',
  /** Sockets that broke without being told to. */
  drops: 'counter',
  /** From a socket that broke to being let through again. */
  back_ms: 'trend',
  returns: 'counter',
  rest_ok: 'rate',
  rest_ms: 'trend',
  matches_played: 'counter',
  /** Quick play led more people to a table than it has seats. */
  tables_full: 'counter',
  /** How late k6's own timers fire: all other times are worth nothing when this is large. */
  generator_lag_ms: 'trend',
} as const satisfies Record<string, 'counter' | 'rate' | 'trend'>;

export type Measure = keyof typeof MEASURES;
