/** Logs: JSON lines on stdout, one per event, never content, never what admits somebody. */
import { type Logger, pino } from 'pino';
import { Quota } from '#rooms/host/quota.ts';
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
  /** What a query was given. */
  'params',
];

/** Bytes that wait for a slow reader; beyond it lines are left out. */
const WAITING = 4 * 1024 * 1024;

/** Rooms do not wait for whoever reads: what is written to a full pipe would hold up everything else. */
const stdout = () => pino.destination({ dest: 1, sync: false, maxLength: WAITING });

/** Single commands are followed by lines of their own. */
export const isFollowed = (log: Logger): boolean => log.isLevelEnabled('debug');

export function createLog(level: string, lines: Lines = stdout()): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[hidden]' },
  };
  return pino(options, { write: (line: string) => lines.write(scrub(line)) });
}

/** Lines of the library in a minute: one that somebody can cause by a frame is not worth a line each. */
const LIBRARY = { points: 30, perMs: 60_000 };

/** What Colyseus takes as its logger: console-like calls, of which only texts and errors are kept, and not too many. */
export function colyseusLogger(log: Logger): Record<'debug' | 'error' | 'info' | 'trace' | 'warn', Spoken> {
  const quota = new Quota(LIBRARY.points, LIBRARY.perMs);
  let leftOut = 0;
  const speak =
    (level: 'debug' | 'error' | 'info' | 'trace' | 'warn'): Spoken =>
    (...said) => {
      if (quota.take(performance.now()) > 0) {
        leftOut++;
        return;
      }
      const fields = { from: 'colyseus', ...(leftOut > 0 && { leftOut }) };
      leftOut = 0;
      log[level](
        fields,
        said.map((one) => told(one instanceof Error ? (one.stack ?? one.name) : String(one))).join(' '),
      );
    };
  return {
    debug: speak('debug'),
    error: speak('error'),
    info: speak('info'),
    trace: speak('trace'),
    warn: speak('warn'),
  };
}

const MOST_TEXT = 200;
const MOST_FRAMES = 4;
/** Errors of sockets name what went wrong with them; others may quote what they were given. */
const OF_SOCKETS = /[/(](?:ws\/lib|node:(?:net|tls|_http))/;

/** A text, shortened; of an error its name and where it was thrown. */
function told(text: string): string {
  const at = text.search(/\n\s+at /);
  if (at < 0) return text.slice(0, MOST_TEXT);
  const frames = text.slice(at).split('\n').filter(Boolean).slice(0, MOST_FRAMES);
  const [first = ''] = text.split('\n', 1);
  const name = /^\w+/.exec(first)?.[0] ?? 'Error';
  return [OF_SOCKETS.test(text) ? first.slice(0, MOST_TEXT) : name, ...frames].join('\n');
}

type Spoken = (...said: unknown[]) => void;
