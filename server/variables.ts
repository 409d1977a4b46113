/** Every environment variable, with what it must look like. Documented in docs/configuration.md. */
import { z } from 'zod';
import { STEPS } from '#rooms/host/steps.ts';
import { MAX_PAYLOAD } from '#schema/protocol.ts';

export type Variable<T> = {
  schema: z.ZodType<T>;
  /** Completes "… is not". */
  expected: string;
  /** One line for the documentation. */
  about: string;
  secret?: boolean;
};

/** What `PARLOR_LIMITS=load` allows one address. */
export const MOST_PER_ADDRESS = 1_000_000;

const text = z.string();

function whole(min: number, max: number, fallback: number, about: string): Variable<number> {
  const schema = text
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .default(fallback);
  return { schema, expected: `a whole number from ${min} to ${max}`, about: `${about}; ${fallback}` };
}

function word<const W extends string>(words: readonly [W, ...W[]], fallback: W, about: string): Variable<W> {
  return {
    schema: z.enum(words).default(() => fallback as never) as z.ZodType<W>,
    expected: `one of ${words.join(', ')}`,
    about: `${about}; ${fallback}`,
  };
}

function flag(about: string): Variable<boolean> {
  const on = ['1', 'true', 'on', 'yes'];
  const off = ['0', 'false', 'off', 'no'];
  const schema = text
    .toLowerCase()
    .pipe(z.enum([...on, ...off]))
    .transform((value) => on.includes(value))
    .default(false);
  return { schema, expected: 'on or off', about: `${about}; off` };
}

function free(fallback: string, about: string): Variable<string> {
  return { schema: text.default(fallback), expected: 'a text', about: `${about}; ${fallback}` };
}

function optional(schema: z.ZodType<string>, expected: string, about: string): Variable<string | undefined> {
  return { schema: schema.optional(), expected, about };
}

function secretKey(about: string): Variable<Uint8Array | undefined> {
  const schema = text
    .regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/_-]{43}=?)$/)
    .transform((value): Uint8Array => Buffer.from(value, value.length === 64 ? 'hex' : 'base64'))
    .optional();
  return { schema, expected: '32 bytes in hex or base64', about, secret: true };
}

/** `https://host[:port]` and nothing after it. */
const origin = text
  .transform((value) => value.replace(/\/$/, ''))
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? '') && URL.parse(value)?.origin === value);

const AN_ORIGIN = 'an origin such as https://play.example.org (no path, lower case, no default port)';

/** An address that paths are put behind: no query, no credentials, no slash at its end. */
const address = text
  .transform((value) => value.replace(/\/+$/, ''))
  .refine((value) => {
    const url = URL.parse(value);
    return (
      url !== null && /^https?:$/.test(url.protocol) && url.href.replace(/\/$/, '') === value && !/[?#@]/.test(value)
    );
  });

const AN_ADDRESS = 'an address such as https://id.example.org or http://localhost:8080';

/**
 * An address with a password, read as it was meant: a character of the password that URLs reserve would end the host
 * or begin a path, and part of the password would be taken for either.
 */
function isWhole(value: string, protocol: RegExp, path: RegExp): boolean {
  const url = URL.parse(value);
  if (
    !url ||
    !protocol.test(url.protocol) ||
    (url.hostname === '' && !url.searchParams.has('host')) ||
    url.hash !== '' ||
    url.search.includes('@')
  )
    return false;
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    return false;
  }
  return path.test(url.pathname);
}

const ENCODED = 'characters of a password such as / # ? % are written percent-encoded (# is %23)';

export const VARIABLES = {
  NODE_ENV: word(
    ['development', 'test', 'production'],
    'development',
    'production refuses test hooks and, unless allowed, the embedded identity provider',
  ),
  HOST: optional(text, 'an address', 'address to listen on; 127.0.0.1, or 0.0.0.0 with PARLOR_LAN'),
  PORT: whole(0, 65_535, 2567, 'TCP port'),
  LOG_LEVEL: word(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'least severe line that is logged',
  ),
  DATABASE_URL: {
    ...optional(
      text.refine((value) => /^pglite:.+/.test(value) || isWhole(value, /^postgres(ql)?:$/, /^(\/[^/@]*)?$/)),
      `pglite:DIRECTORY or postgres://user:password@host/database; ${ENCODED}`,
      'where players, sessions and matches live; pglite:PARLOR_DATA_DIR/pg',
    ),
    secret: true,
  },
  REDIS_URL: {
    ...optional(
      text.refine((value) => isWhole(value, /^rediss?:$/, /^(\/\d*)?$/)),
      `redis://[user:password@]host:port; ${ENCODED}`,
      'the Redis that makes this process one of many; without it there is one process',
    ),
    secret: true,
  },
  PARLOR_REDIS_REPLICAS: whole(0, 5, 0, 'replicas of Redis that must have what is acknowledged'),
  PARLOR_ROLE: word(['all', 'rooms', 'edge', 'api'], 'all', 'what this process of many does'),
  PARLOR_ADDRESS: optional(
    text.regex(/^([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/),
    'host:port',
    'where the other processes reach this one; HOST and PORT',
  ),
  PARLOR_LEASE_MS: whole(500, 60_000, 1500, 'how long a process that is not heard of keeps its rooms'),
  PARLOR_DRAIN_MS: whole(500, 600_000, 10_000, 'how long a process that is told to stop may hand its rooms over'),
  PARLOR_ORIGIN: optional(
    origin,
    AN_ORIGIN,
    'the address browsers use; http://localhost:PORT, or https://ADDRESS:PORT with PARLOR_LAN',
  ),
  PARLOR_ALLOWED_ORIGINS: {
    schema: text
      .transform((value) => value.split(',').map((one) => one.trim()))
      .pipe(z.array(origin))
      .default([]),
    expected: `a comma-separated list of origins, each ${AN_ORIGIN}`,
    about: 'other sites whose pages may talk to this server, separated by commas',
  },
  PARLOR_LAN: flag('HTTPS for the local network with a self-signed certificate'),
  PARLOR_TRUSTED_PROXIES: whole(0, 10, 0, 'reverse proxies in front, whose X-Forwarded-For is believed'),
  PARLOR_KEEP_ALIVE_S: whole(
    5,
    3_600,
    75,
    'seconds for which an idle connection is kept; longer than a load balancer in front keeps it',
  ),
  PARLOR_DATA_DIR: free('./data', 'directory of everything that is kept'),
  PARLOR_KEY: secretKey('the key that wraps the data key, instead of a key file'),
  PARLOR_KEY_FILE: optional(
    text,
    'a path',
    'file that holds that key; PARLOR_DATA_DIR/parlor.key, made on first start',
  ),
  PARLOR_REGISTRY_KEY: secretKey(
    'the key with which processes sign their rows in the registry; an edge needs no other; follows from PARLOR_KEY',
  ),
  PARLOR_SYNCHRONOUS: word(['NORMAL', 'FULL'], 'NORMAL', 'FULL also survives a power cut, at a cost per append'),
  KEYCLOAK_URL: optional(
    address,
    AN_ADDRESS,
    'the Keycloak where people sign in, as browsers reach it; without it sign-in is embedded',
  ),
  KEYCLOAK_INTERNAL_URL: optional(address, AN_ADDRESS, 'the same Keycloak, as this process reaches it; KEYCLOAK_URL'),
  KEYCLOAK_REALM: {
    schema: text.regex(/^[\w.-]{1,100}$/).default('parlor'),
    expected: 'the name of a realm',
    about: 'the realm of Parlor in that Keycloak; parlor',
  },
  KEYCLOAK_CLIENT_SECRET: {
    ...optional(
      text.regex(/^(?!.*\$\{)[\x21-\x7e]{8,200}$/),
      'a secret of 8 to 200 characters',
      'secret of its client parlor-server, which ends logins and manages people',
    ),
    secret: true,
  },
  PARLOR_ALLOW_EMBEDDED_IDENTITY: flag('let the embedded identity provider serve in production'),
  PARLOR_METRICS_TOKEN: {
    ...optional(
      text.regex(/^[\x21-\x7e]{16,200}$/),
      'a token of 16 to 200 characters',
      'bearer token that opens /metrics to other machines',
    ),
    secret: true,
  },
  PARLOR_LIMITS: word(
    ['people', 'load'],
    'people',
    'load overrules the limits on joins, requests, sign-ins and sockets, for load from one address',
  ),
  PARLOR_MESSAGES_PER_SECOND: whole(1, 10_000, 60, 'frames per second that one connection may send'),
  PARLOR_JOINS_PER_MINUTE: whole(1, MOST_PER_ADDRESS, 240, 'room joins per minute and address'),
  PARLOR_REQUESTS_PER_MINUTE: whole(1, MOST_PER_ADDRESS, 600, 'API requests per minute, per address and per player'),
  PARLOR_LOGINS_PER_MINUTE: whole(1, MOST_PER_ADDRESS, 60, 'sign-in attempts per minute and address'),
  PARLOR_CONNECTIONS_PER_ADDRESS: whole(1, MOST_PER_ADDRESS, 100, 'open sockets per address'),
  PARLOR_MATCHES_PER_PLAYER: whole(
    1,
    MOST_PER_ADDRESS,
    20,
    'matches that one player may have open, and may open per minute',
  ),
  PARLOR_MAX_PAYLOAD: whole(1024, 1_048_576, MAX_PAYLOAD, 'largest frame and request body, in bytes'),
  PARLOR_MAX_BUFFERED: whole(65_536, 1_073_741_824, 1_048_576, 'bytes a slow reader may fall behind before it is cut'),
  PARLOR_TEST_KILL: optional(
    text.regex(new RegExp(`^(${STEPS.join('|')})(:[1-9]\\d{0,8})?$`)),
    'a step of the host, or step:n for the nth time',
    'tests only: die there',
  ),
  PARLOR_TEST_UNSEALED: flag('tests only: write what is kept in the clear'),
} satisfies Record<string, Variable<unknown>>;

/** What each variable parses to. */
export type Raw = { [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]['schema']> };
