import { describe, expect, it } from 'vitest';
import { entriesOf, type Message } from './chat-entries.ts';

const NOON = new Date(2026, 2, 3, 12).getTime();
const MINUTE = 60_000;

function said(id: number, author: string, at: number): Message {
  return { id, author, text: `message ${id}`, sentAt: at, expiresAt: at + MINUTE };
}
const kinds = (entries: ReturnType<typeof entriesOf>) =>
  entries.map((entry) => (entry.kind === 'message' ? `${entry.message.id}${entry.first ? '*' : ''}` : entry.kind));

describe('entriesOf', () => {
  it('[V3] consecutive messages of one author share one heading, for a while', () => {
    const messages = [said(1, 'ada', NOON), said(2, 'ada', NOON + MINUTE), said(3, 'ada', NOON + 9 * MINUTE)];
    expect(kinds(entriesOf(messages, 9, 'ben'))).toEqual(['day', '1*', '2', '3*']);
  });

  it('[V3] a divider precedes the first unread message of another author, once', () => {
    const messages = [said(1, 'ada', NOON), said(2, 'ben', NOON), said(3, 'ada', NOON), said(4, 'ada', NOON)];
    expect(kinds(entriesOf(messages, 1, 'ben'))).toEqual(['day', '1*', '2*', 'unread', '3*', '4']);
  });

  it('[V3] a divider separates days', () => {
    const messages = [said(1, 'ada', NOON), said(2, 'ada', NOON + 24 * 60 * MINUTE)];
    expect(kinds(entriesOf(messages, 2, 'ada'))).toEqual(['day', '1*', 'day', '2*']);
  });
});
