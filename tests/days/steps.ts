/** Everything that happens in the life of an installation. A feature that people or operators use adds its step here. */
import type { Step } from '#tests/days/step.ts';
import { ban, liftBan } from '#tests/days/steps/ban.ts';
import { disable, enable } from '#tests/days/steps/disable.ts';
import { erase, lookForKeys } from '#tests/days/steps/erase.ts';
import { leaveMatch, leaveTalk } from '#tests/days/steps/leave.ts';
import { closeMatch, removeMessage } from '#tests/days/steps/moderate.ts';
import { newPassword } from '#tests/days/steps/new-password.ts';
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
  newPassword,
  disable,
  enable,
  ban,
  liftBan,
  erase,
  lookForKeys,
  post,
  redact,
  removeMessage,
  leaveTalk,
  openMatch,
  play,
  resign,
  leaveMatch,
  closeMatch,
  quarantine,
  retry,
  ...processes,
  ...restarts,
];
