/** How a room comes to be here: new from its genesis, or taken over from its journal. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inBackground } from '#rooms/host/in-background.ts';
import { Journal } from '#rooms/host/journal.ts';
import type { RoomPorts } from '#rooms/host/room-ports.ts';
import { checkHooks } from '#rooms/kernel/check-hooks.ts';
import { HookFault } from '#rooms/kernel/fault.ts';
import { defaultsOf } from '#rooms/kernel/fields.ts';
import { type Batch, encodeEntry, type Genesis, LOG_FORMAT, type LogCommand } from '#rooms/kernel/log.ts';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { Divergence, replay } from '#rooms/kernel/replay.ts';
import { Replica } from '#rooms/kernel/replica.ts';
import { type Claim, JournalError, type RoomRecord } from '#rooms/ports.ts';
import type { RefusalCode } from '#schema/refusals.ts';

/** Restores begun and not finished, after which the room is quarantined: one beside other rooms, the others alone. */
const MAX_ATTEMPTS = 3;
const TELL_MS = { first: 25, most: 1_000 };
const TELL_TIMES = 60;
/** Before a room is quarantined for good, those whose restore was not its fault may say so. */
const PATIENCE_MS = 1_000;

export type Opening = { replica: Replica; journal: Journal; version: string };

/** A room at seq 0, its genesis durable. Throws a ZodError when the config does not fit. */
export async function openNew(
  ports: RoomPorts,
  machine: AnyMachine,
  room: string,
  config: unknown,
): Promise<Opening | 'exists'> {
  const version = ports.version(machine);
  const genesis: Genesis = {
    format: LOG_FORMAT,
    machine: machine.name,
    version,
    room,
    journal: randomBytes(16).toString('hex'),
    seed: [...new Uint32Array(new Uint8Array(randomBytes(32)).buffer)],
    config: machine.config.parse(config ?? {}),
    createdAt: ports.now(),
    defaults: defaultsOf(machine.State),
  };
  const replica = Replica.genesis(machine, genesis);
  checkHooks(replica);
  const claim = { room, journal: genesis.journal, machine: machine.name, epoch: 1 };
  const sealed = ports.seal.entry(claim, 0, encodeEntry(genesis));
  ports.steps('genesis:before');
  const created = await ports.store.create(room, machine.name, genesis.journal, ports.owner, sealed);
  ports.steps('genesis:after');
  if (created === 'exists') return created;
  return { replica, journal: new Journal(ports.store, ports.seal, created), version };
}

/**
 * Claims the room, replays its log and appends the adoption. Steps, in order: claim, count the attempt,
 * load, replay, adopt, ask all that a host asks, take it off the count. What cannot be trusted is quarantined by
 * name, and only that room; code that never ends takes its process down while the attempt is counted. A record
 * that has attempts waits for its turn in `alone`, and is off the count again, in the store, before this resolves.
 */
export async function takeOver(
  ports: RoomPorts,
  machine: AnyMachine,
  record: RoomRecord,
  alone: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Opening | RefusalCode> {
  const { room, attempts, owner } = record;
  const lastAlive = owner === ports.owner ? ports.now() : await ports.store.lastAlive(owner);
  const claim = await ports.store.claim(room, ports.owner, record.epoch);
  if (claim === 'gone') return 'room-ended';
  if (claim === 'lost') return 'room-restoring';
  ports.steps('claim:after');
  if (attempts >= MAX_ATTEMPTS && (await failedAgain(ports, claim))) {
    await quarantine(ports, claim, `${attempts} restores began and none ended`);
    return 'room-quarantined';
  }
  const taken: Taken = { claim, machine, record, lastAlive };
  return attempts > 0 ? alone(() => restore(ports, taken)) : restore(ports, taken);
}

type Taken = { claim: Claim; machine: AnyMachine; record: RoomRecord; lastAlive: number | undefined };

async function restore(ports: RoomPorts, { claim, machine, record, lastAlive }: Taken): Promise<Opening | RefusalCode> {
  const { room } = claim;
  const began = performance.now();
  await ports.store.restoring(claim).catch((error) => {
    inBackground(ports.log, 'restored', tellRestored(ports, claim)); // it may have been counted
    throw error;
  });
  const journal = new Journal(ports.store, ports.seal, claim);
  const version = ports.version(machine);
  let seq = 0;
  try {
    const { last, ...history } = await journal.load();
    ports.steps('load:after');
    const { replica, faulted, writer } = replay(machine, history, version, record.acceptsUnproven);
    if (replica.batch !== last)
      throw new Divergence(replica.seq, `the log ends at batch ${last}, not ${replica.batch}`);
    const now = Math.max(replica.now, ports.now());
    const gap = Math.max(0, now - Math.max(replica.now, lastAlive ?? 0));
    const skips = faulted.map(({ seq }): LogCommand => ({ k: 'skip', seq }));
    const batch: Batch = { now, version, hash: replica.hash(), commands: [...skips, { k: 'adopt', gap }] };
    if (writer !== version) batch.defaults = defaultsOf(machine.State);
    if (replica.verdicts.length > 0) batch.verdicts = replica.verdicts;
    await journal.append(last + 1, batch);
    ports.steps('adopt:after');
    replica.apply(batch);
    seq = replica.seq;
    checkHooks(replica);
    const told = tellRestored(ports, claim);
    if (record.attempts > 0) await told;
    else inBackground(ports.log, 'restored', told);
    for (const { seq, command } of faulted) {
      ports.log.error({ room, machine: machine.name, seq, command: command.k }, 'command faulted; skipped');
      ports.meter.fault(machine.name, 'command');
    }
    ports.meter.restored(performance.now() - began, record.owner === ports.owner ? 'self' : 'other');
    return { replica, journal, version };
  } catch (error) {
    if (isStorage(error)) {
      inBackground(ports.log, 'restored', tellRestored(ports, claim)); // not this room's fault: not counted
      throw error;
    }
    const { message } = error as Error;
    await quarantine(ports, claim, error instanceof HookFault ? `at seq ${seq}: ${message}` : message);
    return 'room-quarantined';
  }
}

/** Names what is wrong with a room. It stays as it is until an administrator tries it again. */
export async function quarantine(
  { store, log, meter }: Pick<RoomPorts, 'store' | 'log' | 'meter'>,
  { room, machine }: { room: string; machine: string },
  reason: string,
): Promise<void> {
  log.error({ room, machine, reason }, 'room quarantined');
  meter.fault(machine, 'quarantined');
  await store.quarantine(room, reason);
}

/** Whether, after a while in which other processes may take theirs off the count, as many restores have failed. */
async function failedAgain({ store }: RoomPorts, claim: Claim): Promise<boolean> {
  await pause(PATIENCE_MS);
  const record = await store.find(claim.room);
  return record?.epoch === claim.epoch && record.attempts >= MAX_ATTEMPTS;
}

/**
 * Says until it is heard that a restore has ended. What counts is a replay that takes its process down, not a
 * journal that was away or another owner that came first: those would quarantine a room that is fine.
 */
async function tellRestored({ store }: RoomPorts, claim: Claim): Promise<void> {
  for (let times = 0, wait = TELL_MS.first; times < TELL_TIMES; times++, wait = Math.min(wait * 2, TELL_MS.most)) {
    try {
      return await store.restored(claim);
    } catch (error) {
      if (!(error instanceof JournalError) || error.fate !== 'unknown') return;
    }
    await pause(wait, undefined, { ref: false });
  }
}

/** The store was away or fenced us: nothing is wrong with the room. */
function isStorage(error: unknown): boolean {
  return error instanceof Error && (error.name === 'JournalError' || error.name === 'StoreError');
}
