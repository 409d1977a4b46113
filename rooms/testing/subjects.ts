/** The machines under the laws: what to try on each, and what each must hide from whom. */
import fc from 'fast-check';
import { channel } from '#rooms/chat/chat.ts';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Subject } from '#rooms/testing/laws.ts';
import { playersOf } from '#rooms/testing/plays.ts';
import { NOON } from '#rooms/testing/rehearse.ts';
import { dice, redealDice } from './dice.ts';
import { probe } from './probe.ts';

const REGISTRY = new URL('../registry.ts', import.meta.url).href;
const PROBE = new URL('./probe.ts', import.meta.url).href;

const who = fc.constantFrom(...playersOf(channel));
const nothing = fc.constant({});
const speed = fc.integer({ min: -5_000, max: 5_000 }).map((tenths) => tenths / 10);
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.constantFrom('', ' ', 'e\u0301', '🃏'));

export const probeSubject: Subject<typeof probe> = {
  machine: probe,
  module: PROBE,
  tries: {
    steer: [3, fc.record({ vx: speed, vy: speed })],
    draw: [4, nothing],
    say: [3, fc.record({ text, ttlMs: fc.integer({ min: 1_000, max: 9_000 }) }, { requiredKeys: ['text'] })],
    erase: [2, fc.record({ id: fc.integer({ min: 1, max: 40 }) })],
    sketch: [2, fc.record({ bytes: fc.uint8Array({ maxLength: 40 }) })],
    boom: [1, fc.record({ where: fc.constantFrom('apply', 'step') })],
  },
  never: { boom: 'only a probe that is told to be faulty breaks' },
  redeal({ state, secret, player }, random) {
    const other = (card: string) => `${card.slice(0, -8)}${random.uint32().toString(16).padStart(8, '0')}`;
    secret.deck = secret.deck.map(other);
    for (const [owner, { cards }] of state.hands) {
      if (owner !== player) for (let n = 0; n < cards.length; n++) cards[n] = other(cards[n] as string);
    }
  },
  *hidden(state, player, { deck }) {
    yield* deck;
    for (const [owner, { cards }] of state.hands) if (owner !== player) yield* cards;
  },
};

const channelSubject: Subject<typeof channel> = {
  machine: channel,
  module: REGISTRY,
  config: { ttlMs: 60_000, keep: 5, lapseMs: 60_000 },
  tries: {
    post: [4, fc.record({ text, ttlMs: fc.integer({ min: 5_000, max: 90_000 }) }, { requiredKeys: ['text'] })],
    redact: [2, fc.record({ id: fc.integer({ min: 1, max: 60 }) })],
    read: [3, fc.record({ seq: fc.integer({ min: 0, max: 60 }) })],
    mute: [1, fc.record({ player: who, endsAt: fc.integer({ min: 0, max: 90_000 }).map((ms) => NOON + ms) })],
    unmute: [1, fc.record({ player: who })],
  },
  redeal({ state, player }, random) {
    for (const [name, member] of state.members) if (name !== player) member.read = random.below(60);
  },
  *peeked({ members }: { members: Record<string, { read?: number }> }, player) {
    for (const [name, { read }] of Object.entries(members)) if (name !== player && read) yield `the cursor of ${name}`;
  },
};

const connectFourSubject: Subject<typeof connectFour> = {
  machine: connectFour,
  module: REGISTRY,
  config: { turnMs: 30_000, absenceMs: 20_000 },
  tries: {
    drop: [30, fc.record({ column: fc.integer({ min: 0, max: 6 }) })],
    resign: [1, nothing],
    rematch: [1, fc.record({ room: fc.constant('next') })],
  },
  tells: ['rematch'],
  endings: ['four', 'draw', 'resigned', 'left', 'clock', 'absent'],
};

/** No machine of the registry: with turns, up to six seats, and something hidden from each. */
export const diceSubject: Subject<typeof dice> = {
  machine: dice,
  module: new URL('./dice.ts', import.meta.url).href,
  // It begins when Fay comes, whoever has come before.
  config: { turnMs: 30_000, absenceMs: 8_000, reserved: ['fay'] },
  tries: {
    bid: [8, fc.record({ count: fc.integer({ min: 1, max: 4 }), face: fc.integer({ min: 1, max: 6 }) })],
    call: [4, nothing],
    resign: [1, nothing],
    rematch: [1, fc.record({ room: fc.constant('next') })],
  },
  tells: ['rematch'],
  endings: ['held', 'bluffed', 'resigned', 'left', 'clock', 'absent'],
  redeal: ({ state, seat }, random) => redealDice(state, seat, random),
};

/** One for every machine of the registry. */
export const SUBJECTS: Record<string, Subject<AnyMachine>> = {
  channel: channelSubject as Subject<AnyMachine>,
  'connect-four': connectFourSubject as Subject<AnyMachine>,
};
