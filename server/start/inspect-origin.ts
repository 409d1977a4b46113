import { type Config, isPrivateEnough } from '#server/config.ts';
import type { Logger } from '#server/telemetry/log.ts';

/** Browsers give a page on plain http its cryptography on localhost only: elsewhere nobody could sign in. */
export function inspectOrigin({ origin }: Pick<Config, 'origin'>, log: Pick<Logger, 'error'>): void {
  if (isPrivateEnough(origin)) return;
  const problem = `Browsers sign in over https or on localhost alone; set PARLOR_ORIGIN to an https address, or PARLOR_LAN to on.`;
  log.error({ failure: 'origin-plain', origin, problem }, 'origin is unsafe');
}
