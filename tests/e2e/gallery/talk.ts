/** Channels to look at. */
import { Channel, Member, Message } from '#schema/chat.ts';
import { HOUR, ME, MINUTE, NOW } from './fixtures.ts';

type Line = [author: string, minutesAgo: number, text: string, lifeMs?: number];

export const EVENING: readonly Line[] = [
  ['p-long', 26 * 60, 'Good night everyone, same table tomorrow?'],
  ['p-ben', 42, 'Anyone for a game? I have twenty minutes and a cup of tea.'],
  [ME, 40, 'Give me a moment'],
  [ME, 40, 'and then yes.'],
  ['p-layla', 21, 'مساء الخير، من يريد أن يلعب الآن؟'],
  ['p-emoji', 12, '👩‍👩‍👧‍👦🎲 I brought the whole family'],
  ['p-ben', 3, 'That was close. You had me on the diagonal and I did not see it until the very last disc.'],
  [ME, 1, 'Beginner’s luck', 30_000],
  [
    'p-ben',
    0.4,
    'A_link_without_any_place_to_break_https://example.org/rooms/for/play/and/talk/that/survive/a/killed/process?and=then#some',
  ],
];

export function channel(lines: readonly Line[], read = Number.POSITIVE_INFINITY): Channel {
  const state = new Channel();
  Object.assign(state, { seq: 100, ttlMs: 24 * HOUR });
  lines.forEach(([author, minutesAgo, text, lifeMs = 24 * HOUR], index) => {
    const sentAt = NOW - minutesAgo * MINUTE;
    const message = new Message();
    Object.assign(message, { id: index + 1, author, text, sentAt, expiresAt: Math.max(sentAt + lifeMs, NOW + 20_000) });
    state.messages.set(String(index + 1), message);
  });
  const member = new Member();
  Object.assign(member, { connected: true, read: Math.min(read, lines.length) });
  state.members.set(ME, member);
  return state;
}
