/** A process that is meant to be killed: rooms on a port, a journal in a directory, and death at the step it was told. */
import { join } from 'node:path';
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import { remoteKeys } from '#server/identity/keys.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { dyingAt } from '#server/start/dying-at.ts';
import { createLog } from '#server/telemetry/log.ts';
import { startRoomHost } from '#server/testing/room-host.ts';
import { JOURNAL, MACHINES, type Orders, OUTCOMES, type Said } from './orders.ts';
import { plantedSteps, plantedStore } from './plants.ts';
import { fileSink } from './sink.ts';

/** Rooms go to sleep soon, so that their last steps are come by as well. */
const IDLE_MS = 300;

const say = (what: Said) => process.send?.(what);

async function serve({ dataDir, port, issuer, kill, plant, rooms }: Orders): Promise<void> {
  const keyring = await openKeyring({ dataDir });
  const { jwksUrl, ...trust } = issuer;
  const keys = remoteKeys(new URL(jwksUrl));
  const host = await startRoomHost({
    machines: MACHINES,
    port,
    idleMs: IDLE_MS,
    store: plantedStore(plant, sqliteStore(join(dataDir, JOURNAL))),
    seal: keyring.journalSeal(),
    authenticate: createVerifier({ ...trust, keys, hash: keyring.hash, revoked: () => false }),
    outcomes: fileSink(join(dataDir, OUTCOMES)),
    steps: plantedSteps(plant, dyingAt(kill)),
    log: createLog('warn'),
  });
  for (const [room, name] of rooms) {
    const machine = MACHINES.find((one) => one.name === name) as AnyMachine;
    await host.directory.create(machine, room, {});
  }
  process.once('SIGTERM', () => void host.close().then(() => process.exit(0)));
  say('ready');
}

process.once('message', (orders) => void serve(orders as Orders));
process.once('disconnect', () => process.exit(1));
say('loaded');
