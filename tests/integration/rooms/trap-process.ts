/** A process with one room whose listing never ends once it is armed: `arm` makes and arms it, `adopt` looks after what it finds. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { fuse, misbehaving } from '#rooms/testing/misbehaving.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { startRoomHost } from '#server/testing/room-host.ts';

const [dataDir = '', task] = process.argv.slice(2);

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
  await directory.create(machine, 'trap', {});
  const { crank, replica } = directory.loaded('trap') ?? {};
  for (const player of ['ann', 'bea']) await crank?.run({ k: 'join', player, session: '', login: '' });
  await crank?.run({ k: 'do', type: 'arm', payload: {}, player: 'ann', outbox: 'a', id: 1, print: '' });
  replica?.hooks.listing();
}
console.log(`trap: ${(await directory.wake('trap')) ?? 'fine'}`);
