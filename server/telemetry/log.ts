/** Logs: JSON lines on stdout, one per event, never content, never what admits somebody. */
import { type Logger, pino } from 'pino';
import { scrub } from '#server/telemetry/scrub.ts';

export type { Logger };

/** Where lines go; tests give their own. */
export type Lines = { write(line: string): void };

/** Secrets by the names they usually have, in case an object that carries them is logged whole. */
const SECRETS = [
  'authorization',
  'cookie',
  'token',
  'accessToken',
  'reconnectionToken',
  '_authToken',
  'password',
  'secret',
];

/** Bytes that wait for a slow reader; beyond it lines are left out. */
const WAITING = 4 * 1024 * 1024;

/** Rooms do not wait for whoever reads: what is written to a full pipe would hold up everything else. */
const stdout = () => pino.destination({ dest: 1, sync: false, maxLength: WAITING });

export function createLog(level: string, lines: Lines = stdout()): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
  };
  return pino(options, { write: (line: string) => lines.write(scrub(line)) });
}

/** What Colyseus takes as its logger: console-like calls, of which only texts and errors are kept. */
export function colyseusLogger(log: Logger): Record<'debug' | 'error' | 'info' | 'trace' | 'warn', Spoken> {
  const speak =
    (level: 'debug' | 'error' | 'info' | 'trace' | 'warn'): Spoken =>
    (...said) =>
      log[level]({ from: 'colyseus' }, said.map((one) => (one instanceof Error ? one.stack : String(one))).join(' '));
  return {
    debug: speak('debug'),
    error: speak('error'),
    info: speak('info'),
    trace: speak('trace'),
    warn: speak('warn'),
  };
}

type Spoken = (...said: unknown[]) => void;
