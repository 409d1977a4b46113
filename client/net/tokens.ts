import { isRefusalCode, type RefusalCode } from '#schema/refusals.ts';

/**
 * An access token that is good for a while. With `refused`, another than that one: a server did not take it, which is
 * for the server to say and not for this device's clock. Rejects only once the login has ended.
 */
export type Tokens = (refused?: string) => Promise<string>;

/** The token was refused, rather than what was asked with it. One with another token is worth a try, once. */
export function isAboutToken(code: unknown): code is RefusalCode {
  return (
    isRefusalCode(code) && (code === 'unauthenticated' || code === 'session-ended' || code === 'ended-by-administrator')
  );
}
