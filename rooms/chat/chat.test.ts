import { beforeEach, describe, expect, it } from 'vitest';
import { channel, channelConfig } from '#rooms/chat/chat.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { CHANNEL_UNITS, unread } from '#schema/chat.ts';

let room: Rehearsal<typeof channel>;
const texts = () => [...room.state.messages.values()].map((message) => message.text);
const lastId = () => room.state.seq;
const post = (player: string, text: string, ttlMs?: number) =>
  room.do(player, 'post', { text, ...(ttlMs && { ttlMs }) });

function open(config = {}) {
  room = new Rehearsal(channel, config);
  room.join('ann');
  room.join('bea');
}
beforeEach(() => open());

describe('posting', () => {
  it('[C1] a message carries its author, its text and its two times', () => {
    post('ann', 'good evening');
    expect(room.state.messages.get(String(lastId()))?.toJSON()).toEqual({
      id: lastId(),
      author: 'ann',
      text: 'good evening',
      sentAt: room.now,
      expiresAt: room.now + 86_400_000,
    });
  });

  it('[C1] posting needs no seat', () => {
    expect(post('cat', 'by letter')).toBeUndefined();
    expect(texts()).toEqual(['by letter']);
  });

  it('[C1] texts are stored composed, trimmed and with plain line ends', () => {
    post('ann', '  cafe\u0301\r\n\tau lait \n');
    expect(texts()).toEqual(['café\n au lait']);
  });

  it.each([
    ['no text', ''],
    ['white space', ' \n\t '],
    ['what nobody can see', '\u200b\u2060\ufeff\u00ad\u034f'],
  ])('[C2] %s is an empty message', (_, text) => {
    expect(post('ann', text)).toBe('message-empty');
  });

  it.each([
    ['a lone surrogate', 'a\ud83d'],
    ['a NUL', 'a\u0000b'],
    ['an escape', 'a\u001b[31m'],
    ['a C1 control', 'a\u0085'],
  ])('[C2] %s is malformed', (_, text) => {
    expect(post('ann', text)).toBe('malformed');
  });

  it('[C2] the length is counted in graphemes, and the bytes are bounded too', () => {
    const wave = '👋🏽';
    const family = '👨‍👩‍👧‍👦';
    expect(post('ann', 'x'.repeat(2000))).toBeUndefined();
    expect(post('ann', 'x'.repeat(2001))).toBe('message-too-long');
    expect(post('ann', wave.repeat(1000))).toBeUndefined();
    expect(post('ann', family.repeat(327))).toBeUndefined();
    expect(post('ann', family.repeat(328))).toBe('message-too-long');
    expect(post('ann', `a${'\u0301'.repeat(5000)}`)).toBe('message-too-long');
    expect(post('ann', 'Z\u0336'.repeat(600))).toBeUndefined();
    expect(post('ann', `o${'\u0336'.repeat(10)}`)).toBeUndefined();
    expect(post('ann', `o${'\u0336'.repeat(11)}`)).toBe('message-marks');
    expect(post('ann', `o${'\u0336\u200d'.repeat(11)}`)).toBe('message-marks');
    expect(post('ann', `👩${'\u{1f3fb}'.repeat(40)}`)).toBe('message-marks');
  });

  it('[C3] the gate refuses a sixth message within five seconds', () => {
    expect(channel.commands.post.rate).toEqual({ points: 5, perMs: 5_000 });
  });
});

describe('expiry and removal', () => {
  it('[C4] a message disappears exactly when its lifetime ends', () => {
    open({ ttlMs: 10_000 });
    post('ann', 'soon gone');
    room.later(9_999);
    expect(texts()).toEqual(['soon gone']);
    room.later(1);
    expect(texts()).toEqual([]);
  });

  it("[C4] a message's lifetime continues while no process runs the room", () => {
    open({ ttlMs: 10_000 });
    post('ann', 'soon gone');
    room.adopt(20_000);
    room.later(0);
    expect(texts()).toEqual([]);
  });

  it("[C4] a message may have a shorter lifetime than the channel's, never a longer one", () => {
    open({ ttlMs: 60_000 });
    post('ann', 'early', 5_000);
    post('ann', 'late', 3_600_000);
    room.later(5_000);
    expect(texts()).toEqual(['late']);
    room.later(55_000);
    expect(texts()).toEqual([]);
    expect(post('ann', 'too early', 4_999)).toBe('malformed');
  });

  it('[C5] an author may remove their own messages only', () => {
    post('ann', 'hasty');
    const id = lastId();
    expect(room.do('bea', 'redact', { id })).toBe('not-yours');
    expect(room.do('ann', 'redact', { id: id + 9 })).toBe('no-such-message');
    expect(room.do('ann', 'redact', { id })).toBeUndefined();
    expect(room.do('ann', 'redact', { id })).toBe('no-such-message');
    expect(texts()).toEqual([]);
  });

  it("[A15] a player with the grant removes other authors' messages, and a mute refuses posts until its end", () => {
    post('ann', 'rude');
    expect(room.do('bea', 'redact', { id: lastId() }, ['others'])).toBeUndefined();
    expect(texts()).toEqual([]);
    const endsAt = room.now + 10_000;
    expect(room.do('bea', 'mute', { player: 'bea', endsAt })).toBe('not-oneself');
    expect(room.do('bea', 'mute', { player: 'ann', endsAt: room.now })).toBe('mute-span');
    expect(room.do('bea', 'mute', { player: 'ann', endsAt })).toBeUndefined();
    expect(post('ann', 'again')).toBe('muted');
    room.later(10_000);
    expect([room.state.mutes.size, post('ann', 'at last')]).toEqual([0, undefined]);
    expect(room.do('bea', 'unmute', { player: 'ann' })).toBe('not-muted');
  });

  it('[C6] the oldest messages go first when there are too many', () => {
    open({ keep: 3 });
    for (const text of ['one', 'two', 'three', 'four']) post('ann', text);
    expect(texts()).toEqual(['two', 'three', 'four']);
  });

  it("[C13] the most active author's own messages are evicted, by count as by size", () => {
    open({ keep: 4 });
    for (const text of ['a1', 'a2']) post('ann', text);
    post('bea', 'b1');
    for (const text of ['a3', 'a4', 'a5', 'a6']) post('ann', text);
    expect(texts()).toEqual(['b1', 'a4', 'a5', 'a6']);
    open();
    for (const text of ['one', 'two', 'three']) post('bea', text);
    for (let n = 0; n < CHANNEL_UNITS / 1000; n++) post('ann', String(n % 10).repeat(2000));
    expect(texts().slice(0, 3)).toEqual(['one', 'two', 'three']);
    expect(texts().join('').length).toBeLessThanOrEqual(CHANNEL_UNITS);
  });

  it('[C6] the oldest messages go first when their text is too large', () => {
    for (let n = 0; n <= CHANNEL_UNITS / 2000; n++) post('ann', String(n % 10).repeat(2000));
    const kept = texts();
    expect(kept.join('').length).toBeLessThanOrEqual(CHANNEL_UNITS);
    expect(kept.length).toBe(Math.floor(CHANNEL_UNITS / 2000));
  });
});

describe('members', () => {
  it("[C7] unread messages are counted, without one's own", () => {
    post('ann', 'one');
    post('bea', 'two');
    expect([unread(room.state, 'ann'), unread(room.state, 'bea')]).toEqual([1, 1]);
    room.do('ann', 'read', { seq: lastId() });
    expect([unread(room.state, 'ann'), unread(room.state, 'bea')]).toEqual([0, 1]);
  });

  it('[C7] a read cursor never moves back or past the end', () => {
    post('bea', 'one');
    const id = lastId();
    room.do('ann', 'read', { seq: id });
    room.do('ann', 'read', { seq: 1 });
    expect(room.state.members.get('ann')?.read).toBe(id);
    room.do('ann', 'read', { seq: 4_000_000_000 });
    expect(room.state.members.get('ann')?.read).toBe(lastId());
    expect(room.do('cat', 'read', { seq: 1 })).toBe('not-seated');
  });

  it('[C7] the read cursor outlives the connection', () => {
    post('bea', 'one');
    room.do('ann', 'read', { seq: lastId() });
    room.drop('ann');
    post('bea', 'two');
    expect(room.state.members.get('ann')?.connected).toBe(false);
    room.comeBack('ann');
    expect(unread(room.state, 'ann')).toBe(1);
  });

  it('[C7] a read cursor is visible to its member alone', () => {
    const seat = room.state.members.get('bea')?.seat as number;
    const seen = [...(channel.view?.(room.state, seat, room.replica.secret as never) ?? [])];
    expect(seen).toEqual([room.state.members.get('bea')]);
  });

  it('[C8] a member is removed after a long absence', () => {
    open({ lapseMs: 60_000 });
    room.drop('ann');
    room.later(60_000);
    expect([...room.state.members.keys()]).toEqual(['bea']);
  });

  it('[C14] with all seats taken, a newcomer gets the seat of the member absent longest', () => {
    for (let n = 2; n < 500; n++) room.join(`p${n}`);
    for (const name of ['p7', 'p3', 'p5']) {
      room.later(1_000);
      room.drop(name);
    }
    expect([room.join('new1'), room.join('new2')]).toEqual([undefined, undefined]);
    const here = ['p7', 'p3', 'p5', 'new1', 'new2'].filter((name) => room.state.members.has(name));
    expect(here).toEqual(['p5', 'new1', 'new2']);
    room.comeBack('p5');
    expect([room.join('p7'), room.state.members.size]).toEqual(['room-full', 500]);
  });

  it('[C8] a channel has at most 500 members', () => {
    for (let n = 2; n < 500; n++) expect(room.join(`p${n}`)).toBeUndefined();
    expect(room.join('late')).toBe('room-full');
    room.leave('ann');
    expect(room.join('late')).toBeUndefined();
  });
});

it('[C9] channel settings out of bounds are refused', () => {
  expect(channelConfig.parse({})).toEqual({ ttlMs: 86_400_000, keep: 500, lapseMs: 43_200_000 });
  for (const config of [{ ttlMs: 4_999 }, { ttlMs: 2_592_000_001 }, { keep: 0 }, { keep: 501 }, { topic: 'x' }]) {
    expect(channelConfig.safeParse(config).success, JSON.stringify(config)).toBe(false);
  }
});
