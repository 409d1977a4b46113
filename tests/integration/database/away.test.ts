import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { isAway } from '#db/away.ts';
import { openDatabase } from '#db/connect.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { startPostgres } from '#scripts/postgres.ts';

it('[D12] while Postgres is unavailable queries fail at once with that error; when it returns they work', async () => {
  const postgres = await startPostgres();
  onTestFinished(postgres.stop);
  const lost: Error[] = [];
  const database = await openDatabase(postgres.url, { onLost: (error) => lost.push(error) });
  onTestFinished(database.close);
  const revocations = revocationStore(database.db);
  expect(await revocations.since(0)).toEqual([]);

  await postgres.crash();
  for (let n = 0; n < 3; n++) {
    const error = await revocations.since(0).catch((reason) => reason);
    expect(isAway(error), String(error.cause)).toBe(true);
  }
  expect(await database.ready()).toBe(false);
  expect(lost.length).toBeGreaterThan(0);

  await postgres.start();
  expect(await revocations.since(0)).toEqual([]);
  expect(await database.ready()).toBe(true);
});

it('[D12] an invalid query is not mistaken for an unavailable database', async () => {
  const database = await openDatabase(await freshDatabase());
  onTestFinished(database.close);
  const error = await database.db.execute('select nonsense').catch((reason) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(isAway(error)).toBe(false);
});

it('[D12] a server that accepts connections and never answers times out, without its password in the error', async () => {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  await once(mute, 'listening');
  const { port } = mute.address() as AddressInfo;
  const error = await openDatabase(`postgres://parlor:secret@127.0.0.1:${port}/parlor`).catch((reason) => reason);
  expect(error.message).toBe(`The database at postgres://127.0.0.1:${port}/parlor does not answer.`);
  expect(isAway(error)).toBe(true);
});
