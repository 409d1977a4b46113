/** How each fault is done to a cluster. */
import { setTimeout as pause } from 'node:timers/promises';
import type { JournalStore } from '#rooms/ports.ts';
import type { Fault } from './plan.ts';
import type { Actor, Stage } from './stage.ts';

/** What it came to. Times are ms of this process. */
export type Struck = {
  /** Processes that ended with kill -9. */
  deaths: { name: string; at: number }[];
  /** Processes that were told to stop, and did. */
  drains: { name: string; at: number }[];
  /** What the fault should have left alone; a sentence each. */
  problems: string[];
  /** From here on nothing stands in the way of play any more. */
  overAt: number;
};

/** A step that nobody comes by is given up. */
const STEP_MS = 12_000;
const ASK_MS = 5_000;
const LOOK_MS = 20;

export type Striking = {
  stage: Stage;
  store: JournalStore;
  /** An access token of somebody. */
  token(): Promise<string>;
  /** When each client in a room that lasts was last answered, ms of this process. */
  answered(): { name: string; room: string; at: number; up: boolean }[];
};

export async function strike(fault: Fault, striking: Striking): Promise<Struck> {
  const { stage } = striking;
  const actor = 'victim' in fault ? (stage.actors[fault.victim % stage.actors.length] as Actor) : undefined;
  const struck: Struck = { deaths: [], drains: [], problems: [], overAt: 0 };
  await act(fault, actor as Actor, striking, struck);
  struck.overAt = performance.now();
  return struck;
}

async function act(
  fault: Fault,
  actor: Actor,
  striking: Striking,
  { deaths, drains, problems }: Struck,
): Promise<void> {
  const { stage } = striking;
  switch (fault.kind) {
    case 'kill':
      await pause(fault.afterMs);
      deaths.push(await kill(actor));
      return;
    case 'step':
      deaths.push((await dieAt(actor, fault)) ?? (await kill(actor)));
      return;
    case 'restore': {
      const next = stage.actors.find((one) => one !== actor) as Actor;
      next.life.tell({ die: fault });
      deaths.push(await kill(actor));
      const second = await deathOf(next, STEP_MS);
      if (second) deaths.push(second);
      else next.life.tell({});
      return;
    }
    case 'race':
      deaths.push(await race(actor, striking));
      return;
    case 'drain':
      drains.push(await drain(actor));
      return;
    case 'drain-step': {
      actor.life.tell({ die: fault });
      const drained = await drain(actor);
      const { signal, at } = await actor.life.ended;
      if (signal === 'SIGKILL') deaths.push({ name: drained.name, at: (await actor.life.diedAt()) ?? at });
      else drains.push(drained);
      return;
    }
    case 'roll':
      for (const old of [...stage.actors]) {
        await stage.addActor();
        drains.push(await drain(old));
      }
      for (const { life, port } of [...stage.edges]) {
        life.signal('SIGTERM');
        await life.ended;
        await stage.addEdge(port);
      }
      return;
    case 'freeze':
      if (fault.halt) await haltAt(actor, fault.halt);
      else actor.life.signal('SIGSTOP');
      await pause(fault.ms);
      actor.life.signal('SIGCONT');
      return;
    case 'cut':
    case 'mute':
      actor.relay[fault.kind]();
      await pause(fault.ms);
      actor.relay.heal();
      return;
    case 'redis-pause':
      stage.redis.pause();
      await pause(fault.ms);
      stage.redis.resume();
      return;
    case 'redis-restart':
      await stage.redis.restart();
      return;
    case 'redis-kill':
      await stage.redis.kill();
      await pause(fault.ms);
      await stage.redis.start();
      return;
    case 'both': {
      const [, death] = await Promise.all([stage.redis.kill(), kill(actor)]);
      deaths.push(death);
      await pause(fault.ms);
      await stage.redis.start();
      return;
    }
    case 'postgres': {
      const from = performance.now();
      stage.database.cut();
      await pause(fault.ms);
      const waiting = striking.answered().filter(({ at, up }) => !up || at < from);
      stage.database.heal();
      problems.push(...waiting.map(({ name, room }) => `${name} in ${room} was not answered while Postgres was away`));
      return;
    }
    case 'edge': {
      const edge = stage.edges[fault.victim % stage.edges.length] as Stage['edges'][number];
      edge.life.signal('SIGKILL');
      await edge.life.ended;
      await stage.addEdge(edge.port);
      return;
    }
    default:
      fault satisfies never;
  }
}

async function kill({ life }: Actor): Promise<{ name: string; at: number }> {
  const at = performance.now();
  life.signal('SIGKILL');
  await life.ended;
  return { name: life.name, at };
}

/** From the SIGTERM; whoever does not end well says so. */
async function drain({ life }: Actor): Promise<{ name: string; at: number }> {
  const at = performance.now();
  life.signal('SIGTERM');
  const { code, signal } = await life.ended;
  if (code !== 0 && signal !== 'SIGKILL')
    throw new Error(`${life.name} drained and ended with ${code ?? signal}\n${life.output}`);
  return { name: life.name, at };
}

/** @throws when it does not come by the step in time. */
async function haltAt({ life }: Actor, halt: { step: string; nth: number }): Promise<void> {
  life.tell({ halt });
  for (const until = performance.now() + STEP_MS; performance.now() < until; await pause(LOOK_MS)) {
    if (await life.stands()) return;
  }
  throw new Error(`${life.name} never came by ${halt.step}`);
}

async function dieAt(actor: Actor, die: { step: string; nth: number }) {
  actor.life.tell({ die });
  const death = await deathOf(actor, STEP_MS);
  if (!death) actor.life.tell({});
  return death;
}

/** Undefined when it still lives after that. */
async function deathOf({ life }: Actor, withinMs: number): Promise<{ name: string; at: number } | undefined> {
  const late = pause(withinMs, undefined, { ref: false });
  const end = await Promise.race([life.ended, late]);
  if (!end) return undefined;
  if (end.signal !== 'SIGKILL') throw new Error(`${life.name} ended with ${end.code ?? end.signal}\n${life.output}`);
  return { name: life.name, at: (await life.diedAt()) ?? end.at };
}

/** All that are left are asked for each of its rooms, at the same moment. */
async function race(actor: Actor, { stage, store, token }: Striking): Promise<{ name: string; at: number }> {
  const owner = await actor.life.owner();
  const rooms = (await store.list()).filter((record) => record.owner === owner).map(({ room }) => room);
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
  const death = await kill(actor);
  const left = stage.actors.filter((one) => one !== actor);
  await Promise.all(
    left.flatMap(({ port }) =>
      rooms.map((room) =>
        fetch(`http://127.0.0.1:${port}/matchmake/joinById/${room}`, {
          method: 'POST',
          headers,
          body: '{}',
          signal: AbortSignal.timeout(ASK_MS),
        }).then(
          (answer) => answer.arrayBuffer(),
          () => undefined,
        ),
      ),
    ),
  );
  return death;
}
