/** A process with a room whose listing never ends once it is armed, and others: `arm` makes them, `adopt` looks after what it finds. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { fuse, misbehaving } from '#rooms/testing/misbehaving.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { startRoomHost } from '#server/testing/room-host.ts';

const [dataDir = '', task] = process.argv.slice(2);

/** Restored with it, in parallel. */
const BESIDE = ['beside-1', 'beside-2', 'beside-3'];

const endless = () => {
  writeSync(1, 'endless\n');
  for (;;);
};
const machine = { ...misbehaving('listing', endless), name: fuse.name };
const { directory } = await startRoomHost({
  machines: [machine],
  store: sqliteStore(join(dataDir, 'journal.db')),
  seal: (await openKeyring({ dataDir })).journalSeal(),
  authenticate: async () => ({ refused: 'unauthenticated', detail: 'nobody comes' }),
});
if (task === 'arm') {
  for (const room of ['trap', ...BESIDE]) await directory.create(machine, room, {});
  for (const room of BESIDE)
    await directory.loaded(room)?.sequencer.run({ k: 'join', player: 'ann', connectionId: '', session: '' });
  const { sequencer, replica } = directory.loaded('trap') ?? {};
  for (const player of ['ann', 'bea']) await sequencer?.run({ k: 'join', player, connectionId: '', session: '' });
  await sequencer?.run({ k: 'do', type: 'arm', payload: {}, player: 'ann', outbox: 'a', id: 1, fingerprint: '' });
  replica?.hooks.listing();
}
for (const room of BESIDE) if (await directory.wake(room)) console.log(`${room}: ${await directory.wake(room)}`);
console.log(`trap: ${(await directory.wake('trap')) ?? 'fine'}`);
