import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { colyseusLogger, createLog } from '#server/telemetry/log.ts';
import { createMetrics, METRICS } from '#server/telemetry/metrics.ts';
import { scrub, scrubUrl } from '#server/telemetry/scrub.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let lines = '';
  write(createLog('trace', { write: (line) => (lines += line) }));
  return lines;
}

describe('logs', () => {
  it('[O6] tokens are redacted in fields, texts, errors and nested objects', () => {
    const lines = logged((log) => {
      log.info({ authorization: `Bearer ${JWT}`, req: { headers: { cookie: 'sid=canary-1' } } }, 'asked');
      log.warn({ url: `/x?_authToken=${JWT}` }, `refused token=canary-2 of ${JWT}`);
      log.error(new Error(`cannot read {"reconnectionToken":"canary-3"}`));
      colyseusLogger(log).error(new Error('?sessionId=canary-4&reconnectionToken=canary-5'));
    });
    expect(lines).toContain('refused');
    expect(lines).not.toContain('eyJ');
    expect(lines).not.toContain('canary');
  });

  it('[O6] harmless values stay readable', () => {
    expect(scrub('status code 404, state of the room')).toBe('status code 404, state of the room');
    expect(scrubUrl('/apis/x?limit=5&code=abc')).toBe('/apis/x?limit=5&code=[hidden]');
    expect(scrubUrl('/p1/r2?sessionId=a&reconnectionToken=b')).not.toMatch(/=a|=b/);
  });
});

describe('metrics', () => {
  it('[O7] /metrics serves every listed metric with its help text', async () => {
    const metrics = createMetrics({ clients: () => 3, rooms: () => new Map([['chat', 2]]) });
    metrics.meter.appended(1.5, 4);
    metrics.meter.late(2);
    metrics.meter.fault('chat', 'apply');
    metrics.request('GET', 'players', 200, 0.004);
    metrics.refused('rate');
    const page = await metrics.page();
    for (const [name, help] of Object.entries(METRICS)) {
      expect(page).toContain(`# HELP ${name} `);
      if (name.startsWith('parlor_')) expect(page).toContain(`# HELP ${name} ${help}\n`);
    }
    expect(page).toContain('parlor_clients 3');
    expect(page).toContain('parlor_rooms{machine="chat"} 2');
    expect(page).toContain('parlor_append_seconds_sum 0.0015');
  });

  it('[O7] docs/metrics.md lists every metric', () => {
    const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
    for (const [name, help] of Object.entries(METRICS)) expect(page).toContain(`| \`${name}\` | ${help} |`);
  });
});
