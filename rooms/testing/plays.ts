/** Random play: people come, act, go away, come back and leave, time goes by, and the room changes hands. */
import fc from 'fast-check';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { seenBy } from '#rooms/kernel/seen.ts';
import type { Rehearsal } from '#rooms/testing/rehearse.ts';
import type { RefusalCode } from '#schema/refusals.ts';
import type { MatchState } from '#schema/states.ts';

const PEOPLE = ['ann', 'bea', 'cat', 'dan', 'eve', 'fay', 'gus'] as const;

/** One more than there are seats, where that many people know each other. */
export const playersOf = ({ seats }: Pick<AnyMachine, 'seats'>): readonly string[] => {
  return PEOPLE.slice(0, Math.max(3, Math.min(seats.max + 1, seats.max > PEOPLE.length ? 3 : PEOPLE.length)));
};

export type Event =
  | { k: 'join' | 'drop' | 'return' | 'leave'; who: string }
  | { k: 'do'; who: string; type: string; payload: unknown; grants?: string[] }
  | { k: 'later' | 'adopt'; ms: number }
  /** Everybody comes. */
  | { k: 'gather' }
  /** The bot moves in every seat, so many times. */
  | { k: 'bots'; count: number }
  /** What the host tells a room by itself. */
  | { k: 'tell'; type: string; payload: unknown }
  | { k: 'ticks'; count: number }
  | { k: 'tick'; sent: Record<string, Uint8Array> };

/** How often a command is tried, and with what. */
export type Tries = Record<string, readonly [weight: number, payload: fc.Arbitrary<unknown>]>;

/** `tells`: commands that only the host may give. */
export type Played = { machine: AnyMachine; tries: Tries; tells?: readonly string[] };

/** Plays of `machine`; everyone tries every command, whether they may or not. */
export function playsOf({ machine, tries, tells = [] }: Played): fc.Arbitrary<Event[]> {
  for (const type in machine.commands) if (!tries[type]) throw new Error(`no tries for the command "${type}"`);
  const who = fc.constantFrom(...playersOf(machine));
  const acts = Object.entries(tries).map(([type, [weight, payload]]) => {
    const { grants } = machine.commands[type] ?? {};
    const fields = { k: fc.constant('do' as const), who, type: fc.constant(type), payload };
    const held = grants && { grants: fc.subarray(Object.keys(grants)) };
    return { weight, arbitrary: fc.record({ ...fields, ...held }) };
  });
  const seats = (k: 'join' | 'drop' | 'return' | 'leave') => fc.record({ k: fc.constant(k), who });
  const span = fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constantFrom(1_000, 5_000, 61_000));
  const events: fc.WeightedArbitrary<Event>[] = [
    { weight: 6, arbitrary: seats('join') },
    { weight: 3, arbitrary: fc.constant({ k: 'gather' as const }) },
    { weight: 3, arbitrary: seats('drop') },
    { weight: 4, arbitrary: seats('return') },
    { weight: 1, arbitrary: seats('leave') },
    { weight: 5, arbitrary: fc.record({ k: fc.constant('later' as const), ms: span }) },
    { weight: 1, arbitrary: fc.record({ k: fc.constant('adopt' as const), ms: span }) },
    { weight: 30, arbitrary: fc.oneof(...acts) },
  ];
  if (machine.bot) {
    const bots = fc.record({ k: fc.constant('bots' as const), count: fc.integer({ min: 1, max: 16 }) });
    events.push({ weight: 12, arbitrary: bots });
  }
  for (const type of tells) {
    const [, payload] = tries[type] as Tries[string];
    events.push({
      weight: 1,
      arbitrary: fc.record({ k: fc.constant('tell' as const), type: fc.constant(type), payload }),
    });
  }
  if (machine.step) {
    const ticks = fc.record({ k: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 5 }) });
    events.push({ weight: 4, arbitrary: ticks });
  }
  if (machine.inputs) {
    const input = fc.uint8Array({ maxLength: machine.inputs.bytes });
    const sent = fc.dictionary(who, input, { maxKeys: 2, noNullPrototype: true });
    events.push({ weight: 4, arbitrary: fc.record({ k: fc.constant('tick' as const), sent }) });
  }
  return fc.array(fc.oneof(...events), { minLength: 5, maxLength: 80, size: 'max' });
}

/** Does what the event says; answers the refusal of what one person did. */
export function perform<M extends AnyMachine>(room: Rehearsal<M>, event: Event): RefusalCode | undefined {
  switch (event.k) {
    case 'join':
      return room.join(event.who);
    case 'drop':
      return void room.drop(event.who);
    case 'return':
      return void room.comeBack(event.who);
    case 'leave':
      return void room.leave(event.who);
    case 'do':
      return room.do(event.who, event.type, event.payload, event.grants);
    case 'gather':
      for (const who of playersOf(room.machine)) room.join(who);
      return;
    case 'bots':
      return void botsMove(room, event.count);
    case 'tell':
      return room.do('', event.type, event.payload);
    case 'later':
      return void room.later(event.ms);
    case 'adopt':
      return void room.adopt(event.ms);
    case 'tick':
      return void room.tick(event.sent);
    case 'ticks':
      return void room.ticks(event.count);
    default:
      return event satisfies never;
  }
}

type Moved = { who: string; type: string; payload: unknown };

/** The next move of a bot in any seat, from what that seat sees; the seat whose turn it is comes first. */
export function botMove(room: Rehearsal<AnyMachine>): Moved | undefined {
  const { seats, hooks, state } = room.replica;
  const { turn } = state as Partial<MatchState>;
  for (const seat of seats.held().toSorted((a, b) => Number(b === turn) - Number(a === turn))) {
    const move = hooks.bot(seenBy(room.replica, seat), seat, room.random());
    if (move) return { who: seats.playerOf(seat), payload: undefined, ...move };
  }
  return undefined;
}

function botsMove(room: Rehearsal<AnyMachine>, count: number): void {
  for (let n = 0; n < count; n++) {
    const move = botMove(room);
    if (!move || room.do(move.who, move.type, move.payload)) return;
  }
}
