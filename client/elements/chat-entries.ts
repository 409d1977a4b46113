import { daysBefore } from '#client/clock.ts';
import type { Message as SyncedMessage } from '#schema/chat.ts';

/** A message as the chat shows it. Times are the room's wall clock, ms; from `expiresAt` on it is gone for everyone. */
export type Message = Pick<SyncedMessage, 'id' | 'author' | 'text' | 'sentAt' | 'expiresAt'>;

/** What the list shows, in order. `first` begins a run of one author's messages. */
export type Entry =
  | { kind: 'day'; at: number }
  | { kind: 'unread' }
  | { kind: 'message'; message: Message; first: boolean };

/** Messages of one author within this time stand under one name. */
const RUN_MS = 5 * 60_000;

/**
 * Lays messages out: a separator at each new day, a divider before the first unread one of someone
 * else's, and runs by author. `readUpTo` is the id of the last message that was read.
 */
export function entriesOf(messages: readonly Message[], readUpTo: number, me: string): Entry[] {
  const entries: Entry[] = [];
  let before: Message | undefined;
  let divided = false;
  for (const message of messages) {
    const newDay = !before || daysBefore(before.sentAt, message.sentAt) !== 0;
    if (newDay) entries.push({ kind: 'day', at: message.sentAt });
    const unread = !divided && message.id > readUpTo && message.author !== me;
    if (unread) {
      entries.push({ kind: 'unread' });
      divided = true;
    }
    const first =
      newDay || unread || !before || before.author !== message.author || message.sentAt - before.sentAt > RUN_MS;
    entries.push({ kind: 'message', message, first });
    before = message;
  }
  return entries;
}
