/** A process of a cluster that is meant to be tormented: Parlor as it is, with an arena, and a parent to obey. */
import { channel } from '#rooms/chat/chat.ts';
import type { Steps } from '#rooms/ports.ts';
import { readConfig } from '#server/config.ts';
import { startParlor } from '#server/parlor.ts';
import { machineNow, noteIn, noting } from './deeds.ts';
import { believing } from './identity.ts';
import { ARENA, type Orders, type Said, type Told } from './orders.ts';
import { planted } from './plants.ts';

/** Rooms go to sleep soon, so that sleeping, waking and ending are come by as well. */
const IDLE_MS = 2_000;

const orders = JSON.parse(process.argv[2] ?? '') as Orders;
const note = noteIn(orders.deeds);

let death: Told['die'];
let halt: Told['halt'];
process.on('message', (told: Told) => {
  death = told.die;
  halt = told.halt;
});
process.once('disconnect', () => process.exit(1));
const steps: Steps = (step) => {
  if (halt?.step === step && --halt.nth <= 0) {
    halt = undefined;
    process.kill(process.pid, 'SIGSTOP');
  }
  if (death?.step !== step || --death.nth > 0) return;
  note({ k: 'died', step, at: machineNow() });
  process.kill(process.pid, 'SIGKILL');
};

const parlor = await startParlor(readConfig(), '0.0.0', {
  machines: [ARENA],
  rooms: orders.channels.map((room) => ({ room, machine: channel })),
  identity: believing(orders.issuer),
  store: (store) => noting(planted(orders.plant, store), note),
  steps,
  idleMs: IDLE_MS,
});
process.once('SIGTERM', () => {
  parlor.close().then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.({ ready: { port: parlor.port } } satisfies Said);
