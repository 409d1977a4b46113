/**
 * The numbered steps of the host, in order. A process may die at any of them: nothing that was acknowledged
 * is lost, nothing is done twice, nothing that was shown is taken back. The kill tests die at each.
 */
export const STEPS = [
  // A room is made.
  'genesis:before',
  'genesis:after',
  // A room is taken over.
  'claim:after',
  'load:after',
  'adopt:after',
  // A batch.
  'take',
  'stamp',
  'append:before',
  'append:after',
  'apply:after',
  'show:after',
  'answer:after',
  // What follows from it.
  'outcome:before',
  'outcome:after',
  'snapshot:before',
  'snapshot:after',
  'settle:before',
  'settle:after',
  // A room is over.
  'end:before',
  'end:after',
] as const;

export type Step = (typeof STEPS)[number];
