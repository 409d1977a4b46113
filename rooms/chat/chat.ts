/** An open channel: readable by the server, and every message gone when its time is up. */
import { z } from 'zod';
import { defineMachine } from '#rooms/kernel/define-machine.ts';
import { isBlank } from '#schema/blank.ts';
import {
  CHANNEL_MEMBERS,
  CHANNEL_MUTES,
  CHANNEL_UNITS,
  Channel,
  MESSAGE_BYTES,
  MESSAGE_GRAPHEMES,
  Member,
  Message,
  MUTE_MS,
  Mute,
  mutePayload,
  postPayload,
  readPayload,
  redactPayload,
  TTL_MS,
  unmutePayload,
} from '#schema/chat.ts';
import { fits, hasPlainGraphemes, tidy } from '#schema/text.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const channelConfig = z.strictObject({
  ttlMs: z.int().min(TTL_MS.min).max(TTL_MS.max).default(DAY),
  keep: z.int().min(1).max(500).default(500),
  lapseMs: z
    .int()
    .min(60_000)
    .max(30 * DAY)
    .default(12 * HOUR),
  /** The match that this is the talk of. */
  match: z.string().max(200).optional(),
});

/** Seats to players, so that a view is found without searching. */
type Secret = { players: Record<number, string> };

export const channel = defineMachine({
  name: 'channel',
  kind: 'channel',
  source: import.meta.url,
  keeps: 'state',
  State: Channel,
  config: channelConfig,
  secret: (): Secret => ({ players: {} }),
  // a seat is no more than a read cursor
  seats: { max: CHANNEL_MEMBERS, lapseMs: 12 * HOUR, yields: true },
  lapseMs: (state) => state.lapseMs,
  restrictedTo: ({ match }) => match,
  joinAccess: { verb: 'create', resource: 'channels', subresource: 'members' },
  access: { verb: 'create', resource: 'channels', subresource: 'members' },

  setup(state, config) {
    Object.assign(state, config);
  },

  commands: {
    post: {
      payload: postPayload,
      access: { verb: 'create', resource: 'messages' },
      rate: { points: 5, perMs: 5_000 },
      check({ mutes }, { text }, { now, player }) {
        if ((mutes.get(player)?.endsAt ?? 0) > now) return 'muted';
        const tidied = tidy(text);
        if (isBlank(tidied)) return 'message-empty';
        if (!fits(tidied, MESSAGE_GRAPHEMES, MESSAGE_BYTES)) return 'message-too-long';
        return hasPlainGraphemes(tidied) ? undefined : 'message-marks';
      },
      apply(state, { text, ttlMs = state.ttlMs }, { now, seq, player }) {
        const expiresAt = now + Math.min(ttlMs, state.ttlMs);
        const message = new Message().assign({ id: seq, author: player, text: tidy(text), sentAt: now, expiresAt });
        state.messages.set(String(seq), message);
        forget(state);
      },
    },

    redact: {
      payload: redactPayload,
      access: { verb: 'delete', resource: 'messages' },
      grants: { others: { verb: 'delete', resource: 'messages', subresource: 'others' } },
      check(state, { id }, { now, player, may }) {
        const message = state.messages.get(String(id));
        if (!message || message.expiresAt <= now) return 'no-such-message';
        return message.author === player || may('others') ? undefined : 'not-yours';
      },
      apply(state, { id }) {
        state.messages.delete(String(id));
      },
    },

    /** Keeps somebody from posting here until a moment; again moves that moment. */
    mute: {
      payload: mutePayload,
      access: { verb: 'create', resource: 'mutes' },
      check(_, { player, endsAt }, ctx) {
        if (player === ctx.player) return 'not-oneself';
        return endsAt > ctx.now && endsAt - ctx.now <= MUTE_MS ? undefined : 'mute-span';
      },
      apply({ mutes }, { player, endsAt }) {
        mutes.set(player, new Mute().assign({ endsAt }));
        if (mutes.size > CHANNEL_MUTES) mutes.delete(firstToEnd(mutes));
      },
    },

    unmute: {
      payload: unmutePayload,
      access: { verb: 'delete', resource: 'mutes' },
      check: ({ mutes }, { player }) => (mutes.has(player) ? undefined : 'not-muted'),
      apply({ mutes }, { player }) {
        mutes.delete(player);
      },
    },

    /** Moves one's own cursor forward, at most to the end of the log. */
    read: {
      payload: readPayload,
      check: (_, __, { seat }) => (seat < 0 ? 'not-seated' : undefined),
      apply(state, { seq }, ctx) {
        const member = state.members.get(ctx.player) as Member;
        member.read = Math.max(member.read, Math.min(seq, ctx.seq));
      },
    },
  },

  join(state, { seat, player }, { secret }) {
    secret.players[seat] = player;
    state.members.set(player, new Member().assign({ seat, connected: true }));
  },
  return(state, { player }) {
    (state.members.get(player) as Member).connected = true;
  },
  drop(state, { player }) {
    (state.members.get(player) as Member).connected = false;
  },
  leave(state, { seat, player }, { secret }) {
    delete secret.players[seat];
    state.members.delete(player);
  },

  deadline(state) {
    let at = Number.POSITIVE_INFINITY;
    for (const message of state.messages.values()) at = Math.min(at, message.expiresAt);
    for (const { endsAt } of state.mutes.values()) at = Math.min(at, endsAt);
    return Number.isFinite(at) ? { clock: 'now', at } : undefined;
  },
  wake(state, { now }) {
    for (const [id, message] of [...state.messages]) if (message.expiresAt <= now) state.messages.delete(id);
    for (const [player, { endsAt }] of [...state.mutes]) if (endsAt <= now) state.mutes.delete(player);
  },

  view(state, seat, { players }) {
    const member = state.members.get(players[seat] ?? '');
    return member ? [member] : [];
  },
  listing: (state) => ({ members: state.members.size, messages: state.messages.size }),
});

function firstToEnd(mutes: Channel['mutes']): string {
  const [[player] = ['']] = [...mutes].toSorted(([, a], [, b]) => a.endsAt - b.endsAt);
  return player;
}

/**
 * A channel is bounded in messages and in text. What goes first is the oldest message of the author who takes most of
 * what is over the bound, so that nobody pushes out what everybody else wrote; of equals, the oldest.
 */
function forget({ messages, keep }: Channel): void {
  let units = 0;
  for (const { text } of messages.values()) units += text.length;
  while (messages.size > keep || units > CHANNEL_UNITS) {
    const weigh = units > CHANNEL_UNITS ? ({ text }: Message) => text.length : () => 1;
    const first = firstOfMostActive(messages, weigh);
    units -= first.text.length;
    messages.delete(String(first.id));
  }
}

function firstOfMostActive(messages: Channel['messages'], weigh: (message: Message) => number): Message {
  const authors = new Map<string, { first: Message; weight: number }>();
  for (const message of messages.values()) {
    const one = authors.get(message.author) ?? { first: message, weight: 0 };
    one.weight += weigh(message);
    authors.set(message.author, one);
  }
  // a Map goes in the order of each author's oldest message
  return [...authors.values()].reduce((most, one) => (one.weight > most.weight ? one : most)).first;
}
