import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';

const LINES = 4_000;

/** Logs more than any pipe holds, and tells its parent when it has gone on from that. */
const PROGRAM = `
import { createLog } from '#server/telemetry/log.ts';
const log = createLog('info');
for (let n = 0; n < ${LINES}; n++) log.info({ n }, 'a line that nobody reads for now');
setTimeout(() => process.send('on'), 50);
process.once('message', () => process.exit(0));
`;

it('[O13] a process goes on while nobody reads its log, and writes all of it before it ends', async () => {
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
