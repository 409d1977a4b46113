/** What a person who is banned is told: until when, by their own clock and calendar, and why. */
import { instantOf } from '#client/clock.ts';
import type { Refusal } from '#client/net/rest.ts';
import { localMoment, texts } from '#client/texts.ts';

/** Undefined for any other refusal. */
export function banLine({ code, facts }: Refusal): string | undefined {
  if (code !== 'banned') return undefined;
  const endsAt = instantOf(facts.endsAt ?? '');
  const { reasons } = texts.banned;
  const reason = Object.hasOwn(reasons, facts.reason ?? '') ? (facts.reason as keyof typeof reasons) : 'other';
  const until = Number.isNaN(endsAt) ? '' : texts.banned.until(localMoment(endsAt));
  return [until, reasons[reason]].filter(Boolean).join(' ');
}
