/**
 * Non-interference: two rooms that differ only in what one player must not know, given the same commands, must be the
 * same to that player in every byte, refusal, listing and bot's move, until something declares that it reveals.
 */

import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { keyedRandom } from '#rooms/kernel/random.ts';
import type { Replica } from '#rooms/kernel/replica.ts';
import { SeatView } from '#rooms/kernel/seat-view.ts';
import { fullState, seenBy } from '#rooms/kernel/seen.ts';
import type { Subject } from '#rooms/testing/laws.ts';
import { botMove, type Event, perform } from '#rooms/testing/plays.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import type { MatchState } from '#schema/states.ts';

type Doing = Extract<Event, { k: 'do' }>;

/** What is sent to one player, from joining on. */
class Witness {
  readonly #room: Rehearsal<Subject['machine']>;
  readonly #view = new SeatView();
  readonly #player: string;

  constructor(room: Rehearsal<Subject['machine']>, player: string) {
    this.#room = room;
    this.#player = player;
    room.replica.encoder.discardChanges();
    room.replica.hooks.show(this.#view, this.seat);
  }

  get seat(): number {
    return this.#room.replica.seats.of(this.#player);
  }

  full(replica: Replica = this.#room.replica): Buffer {
    return Buffer.from(fullState(replica, this.seat));
  }

  patch(): Buffer {
    const { encoder, hooks } = this.#room.replica;
    hooks.show(this.#view, this.seat);
    const it = { offset: 0 };
    const shared = encoder.encode(it);
    const { hasFilters } = encoder.context;
    const bytes = Buffer.from(hasFilters ? encoder.encodeView(this.#view.view, it.offset, it) : shared);
    encoder.discardChanges();
    return bytes;
  }

  get listing(): string {
    return JSON.stringify(this.#room.replica.hooks.listing() ?? null);
  }

  /** What a client is sent that joins after a restore. */
  restored(): Buffer {
    return this.full(this.#room.restored().replica);
  }

  bot(): string {
    const { replica } = this.#room;
    if (this.seat < 0) return '';
    return JSON.stringify(replica.hooks.bot(seenBy(replica, this.seat), this.seat, this.#room.random()) ?? null);
  }

  [Symbol.dispose](): void {
    this.#view.dispose();
  }
}

/** What anybody learns that they must not, from the first moment in which something is hidden; or what a bot in their seat does. */
export function learned(subject: Subject, play: readonly Event[], what: 'client' | 'bot'): string[] {
  const { machine, config, redeal } = subject;
  if (!redeal) return [];
  const room = new Rehearsal(machine, config);
  let from = 0;
  while (from < play.length && !hidesSomething(subject, room)) perform(room, play[from++] as Event);
  return witnesses(room, play, what).flatMap((player) => {
    const found = compared(subject, room, play.slice(from), player, what);
    return found === undefined ? [] : [`${player || 'a spectator'}: ${found}`];
  });
}

/** A spectator, whom bots are not asked for, and one player: each play has another. */
function witnesses({ replica }: Rehearsal<AnyMachine>, { length }: readonly Event[], what: 'client' | 'bot'): string[] {
  const { seats } = replica;
  const held = seats.held();
  const player = held.length > 0 ? [seats.playerOf(held[length % held.length] as number)] : [];
  return what === 'client' ? ['', ...player] : player;
}

function hidesSomething({ redeal }: Subject, room: Rehearsal<Subject['machine']>): boolean {
  const { state, replica } = room.restored();
  redeal?.({ state, secret: replica.secret as never, seat: -1, player: '' }, keyedRandom([7], 1));
  return replica.hash() !== room.replica.hash();
}

function compared(
  { machine, redeal }: Subject,
  room: Rehearsal<Subject['machine']>,
  play: readonly Event[],
  player: string,
  what: 'client' | 'bot',
): string | undefined {
  const [here, there] = [room.restored(), room.restored()];
  const seat = here.replica.seats.of(player);
  redeal?.({ state: there.state, secret: there.replica.secret as never, seat, player }, keyedRandom([7], play.length));
  using a = new Witness(here, player);
  using b = new Witness(there, player);
  if (what === 'client' && !a.full().equals(b.full())) return 'another state at the join';
  for (const event of play.flatMap((one) => spread(one, here))) {
    const next = typeof event === 'function' ? event() : event;
    if (!next) continue;
    if (what === 'bot' && a.bot() !== b.bot()) return `another move of the bot before ${next.k}`;
    const [one, other] = [perform(here, next), perform(there, next)];
    if (here.replica.seats.of(player) !== seat || revealed(machine, here, next, one, other)) return undefined;
    if (one !== other) {
      // What another player may do is that player's to know.
      const own = what === 'client' && (next.k !== 'do' || next.who === player);
      return own ? `${one ?? 'accepted'} or ${other ?? 'accepted'}` : undefined;
    }
    if (what === 'bot') continue;
    if (!a.patch().equals(b.patch())) return `another patch after ${nameOf(next)}`;
    if (a.listing !== b.listing) return `another listing after ${nameOf(next)}`;
  }
  return what === 'bot' || a.restored().equals(b.restored()) ? undefined : 'another state after a restore';
}

/** Bots move in the first room, and the second does the same. */
function spread(event: Event, room: Rehearsal<Subject['machine']>): (Event | (() => Doing | undefined))[] {
  if (event.k !== 'bots') return [event];
  const move = (): Doing | undefined => {
    const moved = botMove(room);
    return moved && { k: 'do', ...moved };
  };
  return Array.from({ length: event.count }, () => move);
}

function revealed(
  { reveals = [] }: Subject['machine'],
  { state }: Rehearsal<Subject['machine']>,
  event: Event,
  ...refusals: unknown[]
): boolean {
  if (reveals.includes((state as MatchState).ending)) return true;
  return event.k === 'do' && reveals.includes(event.type) && refusals.some((refusal) => refusal === undefined);
}

const nameOf = (event: Event) => (event.k === 'do' ? event.type : event.k);
