import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#db/connect.ts';
import { freshDatabase } from '#db/testing/engines.ts';
import { OLDEST, refuseOld } from '#db/version.ts';

it('[T5] a PostgreSQL that is too old is refused by its version and the required one', () => {
  for (const [number, version] of [
    ['140022', '14.22'],
    ['90624', '9.6'],
  ] as const)
    expect(() => refuseOld(number)).toThrow(
      `The PostgreSQL in DATABASE_URL is version ${version}; Parlor needs ${OLDEST} or newer.`,
    );
  for (const number of [`${OLDEST}0000`, '180001']) expect(() => refuseOld(number)).not.toThrow();
});

it('[T5] the version is checked before anything is created', async () => {
  const url = new URL(await freshDatabase());
  const direct = new pg.Client(url.href);
  await direct.connect();
  onTestFinished(() => direct.end());
  const { rows } = await direct.query('SHOW server_version_num');
  const number = rows[0].server_version_num;
  /** The real server, which says that it is older. */
  const older = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    const transform = (chunk: Buffer, _: unknown, done: (error: null, said: Buffer) => void) =>
      done(null, Buffer.from(chunk.toString('latin1').replace(number, '130004'), 'latin1'));
    near.pipe(far).pipe(new Transform({ transform })).pipe(near);
    for (const one of [near, far]) one.on('error', () => {}).on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(older, 'listening');
  onTestFinished(() => void older.close());
  const there = new URL(url);
  there.port = String((older.address() as AddressInfo).port);
  await expect(openDatabase(there.href)).rejects.toMatchObject({
    name: 'DatabaseError',
    message: expect.stringContaining('version 13.4'),
  });
  expect((await direct.query("SELECT * FROM pg_tables WHERE schemaname IN ('public', 'drizzle')")).rows).toEqual([]);
});
