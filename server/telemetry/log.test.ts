import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openDatabase } from '#db/connect.ts';
import { createLog } from '#server/telemetry/log.ts';

const LINES = 4_000;

/** Logs more than any pipe holds, and tells its parent when it has gone on from that. */
const PROGRAM = `
import { createLog } from '#server/telemetry/log.ts';
const log = createLog('info');
for (let n = 0; n < ${LINES}; n++) log.info({ n }, 'a line that nobody reads for now');
setTimeout(() => process.send('on'), 50);
process.once('message', () => process.exit(0));
`;

it('[O13] an unread log does not block the process, and is written completely before it ends', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    expect(await once(child, 'message')).toMatchObject({ 0: 'on' });
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    child.send('end');
    await once(child, 'close');
    expect(text.trimEnd().split('\n')).toHaveLength(LINES);
  } finally {
    child.kill('SIGKILL');
  }
});

it('[O6] a failed query is logged without its values, in every log call', async () => {
  const { db, close } = await openDatabase('postgres://u@127.0.0.1:1/x', { migrate: false });
  const values = ['canary', 'a "canary" in quotes', 'a\ncanary\n\nin lines', 'a \\ canary \\'];
  const [one, two, three, four] = values;
  const error: Error = await db.execute(sql`SELECT ${one}, ${two}, ${three}, ${four}`).catch((reason) => reason);
  await close();
  expect(error.message).toContain('canary');
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  log.error({ err: error }, 'request failed');
  log.error(error);
  log.warn({ reason: error.message, other: 'stays' }, 'said');
  log.warn({ reason: error.stack }, 'said');
  expect(lines.filter((line) => line.includes('canary'))).toEqual([]);
  for (const line of lines) expect(JSON.stringify(JSON.parse(line))).toContain('Failed query: SELECT $1, $2, $3, $4');
  expect(lines[0]).toContain('ECONNREFUSED');
  expect(lines[2]).toContain('stays');
});
