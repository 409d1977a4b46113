import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#db/connect.ts';
import { JournalError } from '#rooms/ports.ts';
import { failed } from '#server/http/problems.ts';
import { createLog } from '#server/telemetry/log.ts';

it('[H13] a request that needs unavailable storage is answered 503 with Retry-After, a bug 500', async () => {
  const away = (code: string) => new Error('Failed query', { cause: Object.assign(new Error('said'), { code }) });
  const errors: Record<string, Error> = {
    refused: await openDatabase('postgres://u@127.0.0.1:1/x').catch((error) => error),
    full: away('53100'),
    journal: new JournalError('unknown', 'The journal could not be written: database or disk is full'),
    fenced: new JournalError('fenced', 'a bug of the caller'),
    bug: away('42P01'),
  };
  const app = express();
  app.get('/:what', ({ params }) => {
    throw errors[params.what];
  });
  app.use(failed(createLog('silent')));
  const server = createServer(app).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answers = Object.keys(errors).map(async (what) => {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/${what}`, { headers: { connection: 'close' } });
    return [what, status, headers.get('retry-after')];
  });
  expect(await Promise.all(answers)).toEqual([
    ['refused', 503, '1'],
    ['full', 503, '1'],
    ['journal', 503, '1'],
    ['fenced', 500, null],
    ['bug', 500, null],
  ]);
});
