/** Everything that happens in the life of an installation. A feature that people or operators use adds its step here. */
import type { Step } from '#tests/days/step.ts';
import { openMatch, play, resign } from '#tests/days/steps/play.ts';
import { processes } from '#tests/days/steps/processes.ts';
import { quarantine, retry } from '#tests/days/steps/quarantine.ts';
import { register } from '#tests/days/steps/register.ts';
import { restarts } from '#tests/days/steps/restarts.ts';
import { signIn } from '#tests/days/steps/sign-in.ts';
import { signedOut, signOut } from '#tests/days/steps/sign-out.ts';
import { post, redact } from '#tests/days/steps/talk.ts';

export const STEPS: readonly Step[] = [
  register,
  signIn,
  signOut,
  signedOut,
  post,
  redact,
  openMatch,
  play,
  resign,
  quarantine,
  retry,
  ...processes,
  ...restarts,
];
