/**
 * A machine with everything that can go wrong in a room: movers at 20 Hz, a hidden hand, a fractional
 * number, text with a TTL, random draws, and faults on demand. The laws, the fault suite and the
 * benchmark run on it.
 */
import { z } from 'zod';
import { defineMachine } from '#rooms/kernel/define-machine.ts';
import type { Context } from '#rooms/kernel/machine.ts';
import type { Random } from '#rooms/kernel/random.ts';
import { bytesOf } from '#schema/bytes.ts';
import { Hand, Mover, Note, Probe } from './probe-state.ts';

export const PROBE_RATE = 20;
export const WORLD = 1000;
const DECK = 52;
const HAND = 8;
const NOTES = 50;
const SKETCH = 8 * 1024;

type Secret = {
  /** By seat. */
  players: Record<number, string>;
  deck: string[];
  faulty: boolean;
  /** The next step throws. */
  armed: boolean;
};
type Ctx = Context<Secret>;

const seated = (_: Probe, __: unknown, { seat }: Ctx) => (seat < 0 ? 'not-seated' : undefined);
const velocity = z.number().min(-500).max(500);
const ACCESS = { verb: 'create', resource: 'matches' };

export const probe = defineMachine({
  name: 'probe',
  kind: 'board',
  source: import.meta.url,
  keeps: 'log',
  State: Probe,
  config: z.strictObject({ faulty: z.boolean().default(false) }),
  secret: (): Secret => ({ players: {}, deck: [], faulty: false, armed: false }),
  seats: { max: 250, lapseMs: 60_000 },
  rate: PROBE_RATE,
  inputs: { order: 'queue', bytes: 8, perSecond: 40 },
  signals: { bytes: 4096, perSecond: 20 },
  reveals: ['draw'],
  joinAccess: { ...ACCESS, subresource: 'seats' },
  access: { ...ACCESS, subresource: 'moves' },

  setup(_, { faulty }, { secret, random }) {
    secret.faulty = faulty;
    secret.deck = freshDeck(random);
  },

  commands: {
    steer: {
      payload: z.strictObject({ vx: velocity, vy: velocity }),
      check: seated,
      apply(state, { vx, vy }, { player }) {
        const mover = state.players.get(player) as Mover;
        mover.vx = Math.fround(vx);
        mover.vy = Math.fround(vy);
        state.drift += 0.1;
      },
    },

    /** Takes a card of the hidden deck into one's hidden hand; the oldest goes back when the hand is full. */
    draw: {
      payload: z.strictObject({}).optional(),
      check: seated,
      apply(state, _, { player, secret, random }) {
        if (secret.deck.length === 0) secret.deck = freshDeck(random);
        const [card] = secret.deck.splice(random.below(secret.deck.length), 1);
        const hand = state.hands.get(player) as Hand;
        hand.cards.push(card as string);
        if (hand.cards.length > HAND) secret.deck.push(hand.cards.shift() as string);
        hand.count = hand.cards.length;
      },
    },

    say: {
      payload: z.strictObject({ text: z.string().min(1).max(200), ttlMs: z.int().min(1_000).max(60_000).optional() }),
      apply(state, { text, ttlMs = 5_000 }, { player, now, seq }) {
        state.notes.set(String(seq), new Note().assign({ author: player, text, expiresAt: now + ttlMs }));
        const [oldest] = state.notes.keys();
        if (state.notes.size > NOTES) state.notes.delete(oldest as string);
      },
    },

    /** Bytes that all see. */
    sketch: {
      payload: z.strictObject({ bytes: bytesOf(SKETCH) }),
      check: seated,
      apply(state, { bytes }) {
        state.sketch = bytes;
      },
    },

    /** Takes one's own note back, or anybody's with the grant to clean up. */
    erase: {
      payload: z.strictObject({ id: z.int().min(1) }),
      grants: { clean: { verb: 'delete', resource: 'rooms' } },
      check({ notes }, { id }, { player, may }) {
        const note = notes.get(String(id));
        if (!note) return 'no-such-message';
        return note.author === player || may('clean') ? undefined : 'not-yours';
      },
      apply({ notes }, { id }) {
        notes.delete(String(id));
      },
    },

    /** Throws where it is told to, in a room made with `faulty`. */
    boom: {
      payload: z.strictObject({ where: z.enum(['apply', 'step']) }),
      check: (_, __, { secret }) => (secret.faulty ? undefined : 'forbidden'),
      apply(state, { where }, { secret }) {
        if (where === 'step') secret.armed = true;
        else {
          state.drift = -1; // half done: what a fault leaves behind must not survive
          throw new Error('boom in apply');
        }
      },
    },
  },

  join(state, { seat, player }, { secret, random }) {
    secret.players[seat] = player;
    const at = { x: random.below(WORLD), y: random.below(WORLD), vx: 0, vy: 0 };
    state.players.set(player, new Mover().assign(at));
    state.hands.set(player, new Hand());
  },
  leave(state, { seat, player }, { secret }) {
    secret.deck.push(...(state.hands.get(player)?.cards ?? []));
    delete secret.players[seat];
    state.players.delete(player);
    state.hands.delete(player);
  },

  /** An input is two bytes, the speed in both directions; what is left out is the slowest. */
  step(state, { secret, inputs }) {
    if (secret.armed) throw new Error('boom in step');
    for (const [seat, [vx = 0, vy = 0]] of inputs) {
      const mover = state.players.get(secret.players[seat] ?? '');
      mover?.assign({ vx: vx - 128, vy: vy - 128 });
    }
    for (const mover of state.players.values()) move(mover);
  },

  deadline({ notes }) {
    let at = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of notes.values()) at = Math.min(at, expiresAt);
    return Number.isFinite(at) ? { clock: 'now', at } : undefined;
  },
  wake({ notes }, { now }) {
    for (const [key, { expiresAt }] of [...notes]) if (expiresAt <= now) notes.delete(key);
  },

  view(state, seat, { players }) {
    const hand = state.hands.get(players[seat] ?? '');
    return hand ? [hand] : [];
  },
  listing: (state) => ({ players: state.players.size }),
});

/** One step of a mover in a walled square; the benchmark's plain room moves with this too. */
export function move(mover: { x: number; y: number; vx: number; vy: number }): void {
  if (mover.vx === 0 && mover.vy === 0) return;
  const x = Math.fround(mover.x + mover.vx / PROBE_RATE);
  const y = Math.fround(mover.y + mover.vy / PROBE_RATE);
  if (x < 0 || x > WORLD) mover.vx = -mover.vx;
  else mover.x = x;
  if (y < 0 || y > WORLD) mover.vy = -mover.vy;
  else mover.y = y;
}

/** Cards that cannot be guessed, so that finding one in a client's bytes proves a leak. */
function freshDeck(random: Random): string[] {
  return Array.from({ length: DECK }, (_, n) => `card-${n}-${random.uint32().toString(16).padStart(8, '0')}`);
}
