/**
 * The laws that every machine keeps, each as a function from one play to what it found broken. They
 * run on the kernel that runs the rooms; what a client sees comes from real frames.
 */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { Random } from '#rooms/kernel/random.ts';
import { seenBy } from '#rooms/kernel/seen.ts';
import { Audience, type Frame } from '#rooms/testing/audience.ts';
import { learned } from '#rooms/testing/interference.ts';
import { type OtherProcess, replay, traceOf } from '#rooms/testing/other-process.ts';
import { type Event, perform, playersOf, type Tries } from '#rooms/testing/plays.ts';
import { Rehearsal, type State } from '#rooms/testing/rehearse.ts';

export type Subject<M extends AnyMachine = AnyMachine> = {
  machine: M;
  config?: unknown;
  tries: Tries;
  /** URL of a module that exports the machine (or a list with it), for the other process. */
  module: string;
  /** Texts that must not reach this player now; `''` is a spectator. Stated apart from `view`, to hold it against. */
  hidden?(state: State<M>, player: string, secret: ReturnType<M['secret']>): Iterable<string>;
  /** Commands that only the host gives. */
  tells?: readonly string[];
  /** Commands that are never accepted as the subject is configured, and why. */
  never?: Record<string, string>;
  /** Ways in which matches end; random play must reach each. */
  endings?: readonly string[];
  /** Changes what the player in `seat` (-1 watches) must not know, and nothing else. */
  redeal?(room: Dealt<M>, random: Random): void;
  /** What is wrong with what this player sees, as decoded. For hidden values too short to search for. */
  // biome-ignore lint/suspicious/noExplicitAny: decoded JSON of any state
  peeked?(seen: any, player: string): Iterable<string>;
};

export type Dealt<M extends AnyMachine> = {
  state: State<M>;
  secret: ReturnType<M['secret']>;
  seat: number;
  player: string;
};

export type Law = (subject: Subject, play: readonly Event[], elsewhere: OtherProcess) => Promise<string[]>;

const rehearse = ({ machine, config }: Subject) => new Rehearsal(machine, config);
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A refused command changes nothing: the same trace before and after, as a no-op would leave it. */
export const K1: Law = async (subject, play) => {
  const room = rehearse(subject);
  return play.flatMap((event) => {
    const before = traceOf(room.replica);
    const refusal = perform(room, event);
    return refusal && !same(traceOf(room.replica), before) ? [`${refusal}, yet it changed the state`] : [];
  });
};

/** Seed and log rebuild the state bit for bit in another process. */
export const K2: Law = async (subject, play, elsewhere) => {
  const room = rehearse(subject);
  for (const event of play) perform(room, event);
  const { genesis, log } = room;
  const here = traceOf(replay(subject.machine, genesis, log));
  const there = await elsewhere.replay({ module: subject.module, genesis, log });
  return same(here, there) ? [] : [`here ${here.hash}, there ${there.hash}`];
};

/** A restored room is the same to the log and to its clients. */
export const K3: Law = async (subject, play) => {
  const room = rehearse(subject);
  const half = Math.ceil(play.length / 2);
  const before = new Audience(room.replica);
  for (const event of play.slice(0, half)) {
    perform(room, event);
    before.sync();
  }
  const twin = room.restored();
  const found = same(traceOf(room.replica), traceOf(twin.replica)) ? [] : ['restored with another hash'];
  const { audience, moved } = before.resume(twin.replica);
  found.push(...moved.map((what) => `a client that resumes: ${what}`));
  for (const event of play.slice(half)) {
    const [here, there] = [perform(room, event), perform(twin, event)];
    if (here !== there) found.push(`${event.k}: ${here ?? 'accepted'} before, ${there ?? 'accepted'} restored`);
    audience.sync();
  }
  if (!same(traceOf(room.replica), traceOf(twin.replica))) found.push('after the restore it went another way');
  for (const onlooker of audience.onlookers.values()) {
    if (onlooker.view && !same(onlooker.seen, audience.fresh(onlooker))) found.push('patches led a client astray');
  }
  return found;
};

/** After the result, every command of a player is refused and the result stays. */
export const K4: Law = async (subject, play) => {
  const { machine } = subject;
  const room = rehearse(subject);
  const result = () => machine.outcome?.(room.replica.state);
  const found: string[] = [];
  let final: unknown;
  for (const event of [...play, ...everyoneTriesAgain(machine, play)]) {
    const refusal = perform(room, event);
    if (final && event.k === 'do' && !refusal) found.push(`${event.type} was accepted after the end`);
    if (final && !same(final, result())) found.push('the result changed');
    final ??= result();
  }
  return found;
};

function everyoneTriesAgain(machine: AnyMachine, play: readonly Event[]): Event[] {
  const people = playersOf(machine);
  return play.flatMap((event) => (event.k === 'do' ? people.map((who) => ({ ...event, who })) : []));
}

/** What is hidden from a player is in no byte sent to them: joining, patches, restored, replayed. */
export const K5: Law = async (subject, play) => {
  const room = rehearse(subject);
  const found = new Set<string>();
  let replica = room.replica;
  const search = ({ onlooker: { player }, bytes }: Frame) => {
    const frame = Buffer.from(bytes);
    for (const text of subject.hidden?.(replica.state, player, replica.secret as never) ?? []) {
      if (frame.includes(text)) found.add(`${player || 'a spectator'} was sent "${text}"`);
    }
  };
  const look = (audience: Audience) => {
    for (const { view, seen, player } of audience.onlookers.values()) {
      if (view) for (const leak of subject.peeked?.(seen, player) ?? []) found.add(`${player} saw ${leak}`);
    }
  };
  const audience = new Audience(replica, search);
  for (const event of play) {
    perform(room, event);
    audience.sync();
    look(audience);
  }
  for (const again of [room.restored().replica, replay(subject.machine, room.genesis, room.log)]) {
    replica = again;
    const newcomers = new Audience(again, search);
    newcomers.sync();
    look(newcomers);
  }
  return [...found, ...learned(subject, play, 'client')];
};

/** A bot answers the same to the same view, whatever lies hidden from its seat. */
export const K16: Law = async (subject, play) => {
  return subject.machine.bot ? learned(subject, play, 'bot') : [];
};

/** Nothing but the log changes the state: everything a host asks of a machine leaves it as the replay has it. */
export const K6: Law = async (subject, play) => {
  const { machine } = subject;
  const room = rehearse(subject);
  const audience = new Audience(room.replica);
  for (const event of play) {
    perform(room, event);
    audience.sync();
    room.replica.nextWake();
    room.replica.hooks.listing();
    const held = room.replica.seats.held();
    const seat = held[room.log.length % held.length];
    if (seat !== undefined) room.replica.hooks.bot(seenBy(room.replica, seat), seat, room.random());
  }
  await new Promise((resolve) => setImmediate(resolve)); // what a machine may have put off
  const live = traceOf(room.replica);
  const replayed = traceOf(replay(machine, room.genesis, room.log));
  return same(live, replayed) ? [] : [`live ${live.hash}, replayed ${replayed.hash}`];
};

export const LAWS = { K1, K2, K3, K4, K5, K6, K16 } as const;
export type LawName = keyof typeof LAWS;
