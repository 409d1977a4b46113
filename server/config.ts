/** The one reader of the environment. Every mistake is named at once; secrets are never echoed. */
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import type { Role } from '#server/cluster/ports.ts';
import { MOST_PER_ADDRESS, type Raw, VARIABLES, type Variable } from '#server/variables.ts';

export type Limits = {
  /** Frames per second one connection may send. */
  readonly messagesPerSecond: number;
  /** Joins per minute and address. */
  readonly joinsPerMinute: number;
  /** API requests per minute, per address and again per player. */
  readonly requestsPerMinute: number;
  /** Sign-in attempts (POSTs to the provider's pages) per minute and address. */
  readonly loginsPerMinute: number;
  /** Open sockets per address. */
  readonly connectionsPerAddress: number;
  /** Largest frame and request body, bytes. */
  readonly matchesPerPlayer: number;
  readonly maxPayload: number;
  /** Bytes a slow reader may fall behind before it is cut. */
  readonly maxBuffered: number;
};

export type Config = {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** What browsers see, without a trailing slash; also the issuer's origin. */
  readonly origin: string;
  /** `origin` and every other site whose pages may talk to this server. */
  readonly allowedOrigins: readonly string[];
  /** Serve HTTPS with a certificate of our own, to the local network. */
  readonly lan: boolean;
  /** Proxies in front of us whose X-Forwarded-For is believed. */
  readonly trustedProxies: number;
  /** An idle connection is kept this long. */
  readonly keepAliveMs: number;
  readonly dataDir: string;
  /** `pglite:<directory>` or `postgres://…` */
  readonly databaseUrl: string;
  /** The wrapping key itself, 32 bytes; otherwise `keyFile` is read, or made on first start. */
  readonly key: Uint8Array | undefined;
  readonly keyFile: string;
  /** Signs the rows of the registry; otherwise what follows from the wrapping key does. */
  readonly registryKey: Uint8Array | undefined;
  /** FULL also survives a power cut, at a cost per append. */
  readonly synchronous: 'NORMAL' | 'FULL';
  readonly logLevel: string;
  /** The Keycloak where people sign in; absent where sign-in is embedded. */
  readonly keycloak: KeycloakConfig | undefined;
  /** The embedded identity provider may serve although NODE_ENV is production. */
  readonly allowEmbeddedIdentity: boolean;
  /** Opens /metrics to a scraper that is not on this machine. */
  readonly metricsToken: string | undefined;
  /** What this process is among many; absent where there is one. */
  readonly cluster: ClusterConfig | undefined;
  readonly limits: Limits;
  /** Only tests set these, and only outside production. */
  readonly test: { readonly kill: string | undefined; readonly unsealed: boolean };
};

export type KeycloakConfig = {
  /** What browsers see, without a trailing slash; the issuer follows from it. */
  readonly url: string;
  /** Where this process reaches it. */
  readonly internalUrl: string;
  readonly realm: string;
  readonly clientSecret: string;
};

export type ClusterConfig = {
  readonly redisUrl: string;
  /** Replicas of Redis that must have what is acknowledged. */
  readonly replicas: number;
  readonly role: Role;
  /** `host:port` for the other processes; undefined is `host` and the port that it listens on. */
  readonly address: string | undefined;
  readonly leaseMs: number;
  readonly drainMs: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

export type Mistake = { variable: string; problem: string };

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ variable, problem }) => `  ${variable}: ${problem}`);
    super(`Parlor cannot start, its configuration has mistakes:\n${lines.join('\n')}`);
    this.mistakes = mistakes;
  }
}

/** Reads the process environment; `words` are the program's arguments. @throws ConfigError with every mistake. */
export function readConfig(words: readonly string[] = []): Config {
  return parseConfig(withRole(process.env, words), lanAddresses());
}

/** The role may also be the one argument, as in `docker run parlor edge`. @throws ConfigError */
export function withRole(env: Environment, words: readonly string[]): Environment {
  const [role, ...more] = words;
  if (role === undefined) return env;
  const given = env.PARLOR_ROLE || role;
  const problem =
    more.length > 0 ? `is one word; ${words.length} were given` : `is ${given}, but the argument says ${role}`;
  if (more.length > 0 || given !== role) throw new ConfigError([{ variable: 'PARLOR_ROLE', problem }]);
  return { ...env, PARLOR_ROLE: role };
}

/** Addresses under which the local network reaches this machine. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** @throws ConfigError with every mistake at once. */
export function parseConfig(env: Environment, lan: readonly string[] = []): Config {
  const mistakes: Mistake[] = unknown(env);
  const raw = parseEach(env, mistakes);
  mistakes.push(...contradictions(raw, env, lan));
  if (mistakes.length > 0) throw new ConfigError(mistakes);

  const dataDir = resolve(raw.PARLOR_DATA_DIR);
  const origin = raw.PARLOR_ORIGIN ?? defaultOrigin(raw, lan);
  return {
    production: raw.NODE_ENV === 'production',
    host: raw.HOST ?? (raw.PARLOR_LAN ? '0.0.0.0' : '127.0.0.1'),
    port: raw.PORT,
    origin,
    allowedOrigins: [...new Set([origin, ...raw.PARLOR_ALLOWED_ORIGINS])],
    lan: raw.PARLOR_LAN,
    trustedProxies: raw.PARLOR_TRUSTED_PROXIES,
    keepAliveMs: raw.PARLOR_KEEP_ALIVE_S * 1_000,
    dataDir,
    databaseUrl: raw.DATABASE_URL ?? `pglite:${join(dataDir, 'pg')}`,
    key: raw.PARLOR_KEY,
    keyFile: raw.PARLOR_KEY_FILE === undefined ? join(dataDir, 'parlor.key') : resolve(raw.PARLOR_KEY_FILE),
    registryKey: raw.PARLOR_REGISTRY_KEY,
    synchronous: raw.PARLOR_SYNCHRONOUS,
    logLevel: raw.LOG_LEVEL,
    keycloak: keycloakOf(raw),
    allowEmbeddedIdentity: raw.PARLOR_ALLOW_EMBEDDED_IDENTITY,
    metricsToken: raw.PARLOR_METRICS_TOKEN,
    cluster: raw.REDIS_URL === undefined ? undefined : clusterOf(raw, raw.REDIS_URL),
    limits: limitsOf(raw),
    test: { kill: raw.PARLOR_TEST_KILL, unsealed: raw.PARLOR_TEST_UNSEALED },
  };
}

function limitsOf(raw: Raw): Limits {
  const perAddress = (limit: number) => (raw.PARLOR_LIMITS === 'load' ? MOST_PER_ADDRESS : limit);
  return {
    messagesPerSecond: raw.PARLOR_MESSAGES_PER_SECOND,
    joinsPerMinute: perAddress(raw.PARLOR_JOINS_PER_MINUTE),
    requestsPerMinute: perAddress(raw.PARLOR_REQUESTS_PER_MINUTE),
    loginsPerMinute: perAddress(raw.PARLOR_LOGINS_PER_MINUTE),
    connectionsPerAddress: perAddress(raw.PARLOR_CONNECTIONS_PER_ADDRESS),
    matchesPerPlayer: perAddress(raw.PARLOR_MATCHES_PER_PLAYER),
    maxPayload: raw.PARLOR_MAX_PAYLOAD,
    maxBuffered: raw.PARLOR_MAX_BUFFERED,
  };
}

function keycloakOf(raw: Raw): KeycloakConfig | undefined {
  const { KEYCLOAK_URL: url, KEYCLOAK_INTERNAL_URL: internalUrl = url, KEYCLOAK_REALM: realm } = raw;
  // An edge may have the address, and needs none of it.
  if (!url || !internalUrl || raw.KEYCLOAK_CLIENT_SECRET === undefined) return undefined;
  return { url, internalUrl, realm, clientSecret: raw.KEYCLOAK_CLIENT_SECRET };
}

function clusterOf(raw: Raw, redisUrl: string): ClusterConfig {
  return {
    redisUrl,
    replicas: raw.PARLOR_REDIS_REPLICAS,
    role: raw.PARLOR_ROLE,
    address: raw.PARLOR_ADDRESS,
    leaseMs: raw.PARLOR_LEASE_MS,
    drainMs: raw.PARLOR_DRAIN_MS,
  };
}

function parseEach(env: Environment, mistakes: Mistake[]): Raw {
  const raw: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable<unknown>>(VARIABLES)) {
    // An empty variable is what `docker run -e X=` and unset CI secrets leave behind: as good as none.
    const text = env[name]?.trim() || undefined;
    const result = variable.schema.safeParse(text);
    raw[name] = result.data;
    if (result.success) continue;
    const shown = variable.secret ? 'the value given (not shown)' : JSON.stringify(text);
    mistakes.push({ variable: name, problem: `${shown} is not ${variable.expected}` });
  }
  return raw as Raw;
}

function unknown(env: Environment): Mistake[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('PARLOR_') && !Object.hasOwn(VARIABLES, name))
    .map((variable) => ({ variable, problem: 'is not a variable of Parlor; docs/configuration.md lists them' }));
}

function contradictions(raw: Partial<Raw>, env: Environment, lan: readonly string[]): Mistake[] {
  const found: Mistake[] = [];
  if (raw.PARLOR_KEY && raw.PARLOR_KEY_FILE)
    found.push({ variable: 'PARLOR_KEY', problem: 'is given beside PARLOR_KEY_FILE; give one of the two' });
  if (raw.NODE_ENV === 'production')
    for (const variable of Object.keys(env).filter((name) => name.startsWith('PARLOR_TEST_') && env[name]))
      found.push({ variable, problem: 'is for tests only and refused while NODE_ENV is production' });
  if (raw.PARLOR_ORIGIN === undefined && raw.PORT === 0)
    found.push({ variable: 'PORT', problem: '0 (any free port) needs PARLOR_ORIGIN, the address browsers will use' });
  if (raw.PARLOR_ORIGIN === undefined && raw.PARLOR_LAN && lan.length === 0)
    found.push({ variable: 'PARLOR_LAN', problem: 'is on, but this machine has no local network; set PARLOR_ORIGIN' });
  if (raw.PARLOR_LAN && raw.PARLOR_ORIGIN?.startsWith('http:'))
    found.push({ variable: 'PARLOR_ORIGIN', problem: 'must start with https:// while PARLOR_LAN is on' });
  found.push(...signIn(raw, env));
  return [...found, ...(raw.REDIS_URL === undefined ? alone(raw) : together(raw))];
}

function signIn(raw: Partial<Raw>, env: Environment): Mistake[] {
  if (raw.KEYCLOAK_URL === undefined)
    return ['KEYCLOAK_INTERNAL_URL', 'KEYCLOAK_REALM', 'KEYCLOAK_CLIENT_SECRET']
      .filter((variable) => env[variable]?.trim() && !env.KEYCLOAK_URL?.trim())
      .map((variable) => ({ variable, problem: 'is for a separate Keycloak; set KEYCLOAK_URL' }));
  const found: Mistake[] = [];
  if (!env.KEYCLOAK_CLIENT_SECRET?.trim() && raw.PARLOR_ROLE !== 'edge')
    found.push({
      variable: 'KEYCLOAK_CLIENT_SECRET',
      problem: 'is needed while KEYCLOAK_URL is set: the secret of its client parlor-server',
    });
  if (raw.NODE_ENV === 'production' && !isPrivateEnough(raw.KEYCLOAK_URL))
    found.push({ variable: 'KEYCLOAK_URL', problem: 'must start with https:// in production: passwords pass there' });
  return found;
}

/** Browsers keep what they say to `localhost` on the machine; elsewhere they sign in, and keep cookies, over https alone. */
export function isPrivateEnough(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

function alone(raw: Partial<Raw>): Mistake[] {
  if (raw.PARLOR_ROLE === 'all') return [];
  return [{ variable: 'PARLOR_ROLE', problem: 'is for one process of many, which share a Redis; set REDIS_URL' }];
}

/** What processes that share a Redis must share besides. An edge opens neither database nor seal. */
function together(raw: Partial<Raw>): Mistake[] {
  const found: Mistake[] = raw.PARLOR_ROLE === 'edge' ? signing(raw) : shared(raw);
  if (raw.PARLOR_LAN) found.push({ variable: 'PARLOR_LAN', problem: 'is for one process; unset it, or REDIS_URL' });
  if (!raw.PARLOR_ADDRESS && (raw.HOST === '0.0.0.0' || raw.HOST === '::'))
    found.push({ variable: 'PARLOR_ADDRESS', problem: `is needed: nobody can dial HOST ${raw.HOST}` });
  return found;
}

function signing(raw: Partial<Raw>): Mistake[] {
  if (raw.PARLOR_REGISTRY_KEY || raw.PARLOR_KEY || raw.PARLOR_KEY_FILE) return [];
  const problem = 'is needed by an edge, to tell members from others: 32 random bytes, the same for all processes';
  return [{ variable: 'PARLOR_REGISTRY_KEY', problem }];
}

function shared(raw: Partial<Raw>): Mistake[] {
  const found: Mistake[] = [];
  if (!raw.DATABASE_URL?.startsWith('postgres'))
    found.push({
      variable: 'DATABASE_URL',
      problem: 'must be postgres://… while REDIS_URL is set: all processes share it',
    });
  if (!raw.PARLOR_KEY && !raw.PARLOR_KEY_FILE)
    found.push({
      variable: 'PARLOR_KEY',
      problem: 'is needed while REDIS_URL is set, or PARLOR_KEY_FILE: all processes share it',
    });
  return found;
}

function defaultOrigin(raw: Raw, lan: readonly string[]): string {
  return raw.PARLOR_LAN ? `https://${lan[0]}:${raw.PORT}` : `http://localhost:${raw.PORT}`;
}
