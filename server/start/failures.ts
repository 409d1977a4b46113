/**
 * Why a start fails, for the ordinary reasons: each has a sentence that says what to do. The test of the same name
 * walks all of them. Whatever is not listed is shown with its text and its causes.
 */

/** A start that failed for a reason that a person can mend; the message says how. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly failure: string;
  constructor(failure: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** `where`: the address without a password, the directory or the port. `said`: what the system or the other side said. */
type Row = readonly [failure: string, when: RegExp, sentence: (where: string, said: string) => string];

const REDIS: readonly Row[] = [
  [
    'redis-password',
    /WRONGPASS|invalid password/,
    (at) => `The Redis at ${at} refused the user or password in REDIS_URL (WRONGPASS).`,
  ],
  [
    'redis-no-password',
    /NOAUTH/,
    (at) =>
      `The Redis at ${at} asks for a password: write it into REDIS_URL, percent-encoded, as in redis://:PASSWORD@${at}.`,
  ],
  [
    'redis-rights',
    /NOPERM/,
    (at, said) => `The Redis at ${at} does not let the user in REDIS_URL do what Parlor needs: ${said}`,
  ],
  [
    'redis-unknown-host',
    /ENOTFOUND|EAI_AGAIN/,
    (at) => `The host of REDIS_URL (${at}) is not known to the name service; correct REDIS_URL.`,
  ],
  ['redis-away', /./, (at, said) => `The Redis at ${at} does not answer (${said}); start it, or correct REDIS_URL.`],
];

const DATABASE: readonly Row[] = [
  [
    'database-password',
    /\b(28P01|28000)\b|authentication failed/,
    (at, said) => `The database at ${at} refused the user or password in DATABASE_URL (${said}).`,
  ],
  [
    'database-missing',
    /\b3D000\b|\b08P01: (database .* does not exist|no such database)/,
    (at, said) => `The server at ${at} has no such database (${said}); make it, or correct DATABASE_URL.`,
  ],
  [
    'database-rights',
    /\b42501\b/,
    (at, said) =>
      `The user in DATABASE_URL may not make tables at ${at} (${said}); let it own the database, or grant it CREATE on the database and on schema public.`,
  ],
  [
    'database-replica',
    /\b25006\b/,
    (at) => `The database at ${at} is read-only, as a replica is; give DATABASE_URL the address of the primary.`,
  ],
  [
    'database-pooler',
    /unsupported startup parameter/,
    (at, said) =>
      `The pooler at ${at} refuses a parameter (${said}); add it to ignore_startup_parameters of PgBouncer.`,
  ],
  [
    'database-pool-mode',
    /statement pooling/,
    (at) =>
      `The pooler at ${at} lets no transaction be made of several statements; set pool_mode of PgBouncer to transaction or session.`,
  ],
  [
    'database-full',
    /\b53300\b|no more connections allowed/,
    (at) => `The database at ${at} has no connection left; raise max_connections there.`,
  ],
  [
    'database-unknown-host',
    /ENOTFOUND|EAI_AGAIN/,
    (at) => `The host of DATABASE_URL (${at}) is not known to the name service; correct DATABASE_URL.`,
  ],
  [
    'database-tls',
    /does not support SSL/,
    (at) => `The database at ${at} does not speak TLS as DATABASE_URL asks; take sslmode away, or turn TLS on there.`,
  ],
  [
    'database-away',
    /does not answer|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ECONNRESET|Connection terminated|\b57P0|\b08[0-9A-Z]{3}\b/,
    (at, said) => `The database at ${at} does not answer (${said}); start it, or correct DATABASE_URL.`,
  ],
];

const DATA: readonly Row[] = [
  [
    'data-rights',
    /EACCES|EPERM|SQLITE.*readonly|readonly database|unable to open database/,
    (at) =>
      `The data directory ${at} cannot be written by this user (uid ${process.getuid?.()}); give it to that user, or set PARLOR_DATA_DIR to another.`,
  ],
  [
    'data-read-only',
    /EROFS/,
    (at) => `The data directory ${at} is on a file system that is mounted read-only; set PARLOR_DATA_DIR to another.`,
  ],
  [
    'data-not-a-directory',
    /EEXIST|ENOTDIR/,
    (at) =>
      `The data directory ${at} is, or lies below, something that is not a directory; set PARLOR_DATA_DIR to another.`,
  ],
  [
    'data-full',
    /ENOSPC|EDQUOT|disk is full/,
    (at) => `There is no room left where the data directory ${at} lies; make room there.`,
  ],
];

const PORT: readonly Row[] = [
  ['port-taken', /EADDRINUSE/, (at) => `${at} is in use by another program; end that one, or set PORT to another.`],
  [
    'port-rights',
    /EACCES/,
    (at) => `${at} may not be opened by this user; ports below 1024 take a right, or set PORT to another.`,
  ],
  [
    'port-address',
    /EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|EINVAL/,
    (at) => `${at} is no address of this machine; correct HOST.`,
  ],
];

const TABLES = { redis: REDIS, database: DATABASE, data: DATA, port: PORT };
export type Part = keyof typeof TABLES;

/** Those of the findings about a Redis have sentences of their own. */
export const FAILURES: readonly string[] = Object.values(TABLES).flatMap((rows) => rows.map(([failure]) => failure));

/** Does `work`, and explains what it rejects with. An error that explains itself goes through. */
export async function starting<T>(part: Part, where: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(part, where, error);
  }
}

/** A sentence of the table where it has one, else the error itself. */
export function explain(part: Part, where: string, error: unknown): unknown {
  if (isExplained(error)) return error;
  const chain = causesOf(error).map(textOf);
  for (const [failure, when, sentence] of TABLES[part]) {
    // The root of it says most.
    const said = chain.findLast((text) => when.test(text));
    if (said !== undefined) return new StartError(failure, sentence(where, said), { cause: error });
  }
  return error;
}

const EXPLAINED = new Set(['ConfigError', 'KeyError', 'StoreError', 'DatabaseError', 'StartError', 'RestoreError']);

/** Whether the message alone says what to do. */
export function isExplained(error: unknown): boolean {
  return error instanceof Error && EXPLAINED.has(error.name);
}

/** What is shown of a failed start: a sentence, or the text with its causes and where it came from. */
export function told(error: unknown): string {
  if (isExplained(error)) return (error as Error).message;
  const [first = String(error), ...causes] = causesOf(error).map(textOf);
  const because = causes.map((text) => `\n  because: ${text}`).join('');
  return `Parlor cannot start: ${first}${because}\n${(error as Error)?.stack ?? ''}`;
}

/** An error and what is behind it, outermost first. */
function causesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  const left = [error];
  while (left.length > 0 && found.length < 10) {
    const one = left.shift();
    if (one === undefined || one === null || found.includes(one)) continue;
    found.push(one);
    const { cause, errors } = one as { cause?: unknown; errors?: unknown[] };
    left.push(cause, ...(Array.isArray(errors) ? errors : []));
  }
  return found;
}

function textOf(error: unknown): string {
  const { code, message = String(error) } = error as { code?: unknown; message?: string };
  const named = typeof code === 'string' && !message.includes(code) ? `${code}: ` : '';
  return `${named}${message}` || String(code ?? 'unknown');
}
