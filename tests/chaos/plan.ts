/** Which faults a run is made of: all of them follow from its seed. Pure. */
import { STEPS, type Step } from '#rooms/host/steps.ts';
import { keyedRandom, type Random } from '#rooms/kernel/random.ts';

/**
 * `victim` picks one of the processes that live then. A `step` names the numbered step of the host at which the
 * process dies, and the how-manieth time it comes by.
 */
export type Fault =
  /** kill -9, so long after everything is well. */
  | { kind: 'kill'; victim: number; afterMs: number }
  /** kill -9 in play, at a step. */
  | { kind: 'step'; victim: number; step: Step; nth: number }
  /** kill -9, and again the one that takes the rooms over, at a step of that. */
  | { kind: 'restore'; victim: number; step: Step; nth: number }
  /** kill -9, and both that are left are asked for its rooms at the same moment. */
  | { kind: 'race'; victim: number }
  /** SIGTERM. */
  | { kind: 'drain'; victim: number }
  /** Each process makes room for a new one that is there already; then the edges start anew. */
  | { kind: 'roll' }
  /** SIGTERM, and kill -9 on the way, at a step. */
  | { kind: 'drain-step'; victim: number; step: Step; nth: number }
  /** SIGSTOP for longer than a lease, then SIGCONT: it goes on where it was. */
  | { kind: 'freeze'; victim: number; ms: number; halt?: { step: Step; nth: number } }
  /** The connections of one process to Redis are cut, or nothing comes through them. */
  | { kind: 'cut' | 'mute'; victim: number; ms: number }
  | { kind: 'redis-pause'; ms: number }
  | { kind: 'redis-restart' }
  /** kill -9 of Redis, which is started again after that. */
  | { kind: 'redis-kill'; ms: number }
  /** kill -9 of a process and of Redis at the same moment. */
  | { kind: 'both'; victim: number; ms: number }
  /** Connections of all processes to the database break, and new ones are refused. */
  | { kind: 'postgres'; ms: number }
  | { kind: 'edge'; victim: number };

export type Kind = Fault['kind'];

const DEATHS: Partial<Record<Kind, number>> = { kill: 1, step: 1, race: 1, restore: 2, 'drain-step': 1, both: 1 };

/** Processes that this fault ends with kill -9. */
export const deathsOf = ({ kind }: Fault) => DEATHS[kind] ?? 0;

const RESTORE: readonly Step[] = ['claim:after', 'load:after', 'adopt:after'];
const DRAIN: readonly Step[] = ['snapshot:before', 'snapshot:after', 'settle:before', 'settle:after'];
/** What a process comes by with every batch. */
const OFTEN = /^(take|stamp|append|apply|show|answer)/;

/** What is drawn from, without putting back until it is empty: every kind comes in every run that is long enough. */
const BAG: readonly Kind[] = [
  ...Array<Kind>(4).fill('kill'),
  ...Array<Kind>(4).fill('step'),
  'restore',
  'race',
  'drain-step',
  'drain',
  'roll',
  'freeze',
  'cut',
  'mute',
  'redis-pause',
  'redis-restart',
  'redis-kill',
  'both',
  'postgres',
  'edge',
];

export type PlanOptions = {
  seed: number;
  /** Deaths among the faults, or one more; of a kind that kills nobody, so many faults. */
  kills: number;
  leaseMs: number;
  /** Of this kind alone. */
  only?: Kind;
};

export function plan({ seed, kills, leaseMs, only }: PlanOptions): Fault[] {
  const random = keyedRandom([seed], 2);
  const faults: Fault[] = [];
  let bag: Kind[] = [];
  for (let left = kills; left > 0; ) {
    if (bag.length === 0) bag = only ? [only] : [...BAG];
    const [kind] = bag.splice(random.below(bag.length), 1) as [Kind];
    const fault = faultOf(kind, random, leaseMs);
    faults.push(fault);
    left -= only ? deathsOf(fault) || 1 : deathsOf(fault);
  }
  return faults;
}

export const isKind = (text: string): text is Kind => (BAG as readonly string[]).includes(text);

function faultOf(kind: Kind, random: Random, leaseMs: number): Fault {
  const victim = random.below(2 ** 16);
  const longer = () => leaseMs + 300 + random.below(leaseMs);
  switch (kind) {
    case 'kill':
      return { kind, victim, afterMs: random.below(1_000) };
    case 'step': {
      const step = random.pick(STEPS.filter((one) => !RESTORE.includes(one)));
      return { kind, victim, step, nth: 1 + random.below(OFTEN.test(step) ? 60 : 2) };
    }
    case 'restore':
      return { kind, victim, step: random.pick(RESTORE), nth: 1 + random.below(3) };
    case 'drain-step':
      return { kind, victim, step: random.pick(DRAIN), nth: 1 + random.below(4) };
    case 'freeze':
      return { kind, victim, ms: longer() };
    case 'cut':
    case 'mute':
      // Shorter than a lease, too: then nobody else may take anything.
      return { kind, victim, ms: random.below(2) === 0 ? longer() : 200 + random.below(leaseMs / 2) };
    case 'redis-pause':
      return { kind, ms: random.below(2) === 0 ? longer() : 200 + random.below(leaseMs / 2) };
    case 'redis-kill':
      return { kind, ms: 500 + random.below(2 * leaseMs) };
    case 'postgres':
      // Longer than people who talk are silent: all of them must be answered meanwhile.
      return { kind, ms: 2_000 + random.below(2 * leaseMs) };
    case 'both':
      return { kind, victim, ms: random.below(leaseMs) };
    case 'redis-restart':
    case 'roll':
      return { kind };
    case 'race':
    case 'drain':
    case 'edge':
      return { kind, victim };
  }
}
