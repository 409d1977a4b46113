import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, withRole } from '#server/config.ts';
import { VARIABLES, type Variable } from '#server/variables.ts';

function mistakes(env: Record<string, string>, lan?: string[]): ConfigError {
  try {
    parseConfig(env, lan);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('expected mistakes');
}

describe('configuration', () => {
  it('[O1] an empty environment is valid', () => {
    const config = parseConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 2567, origin: 'http://localhost:2567', lan: false });
    expect(config.databaseUrl).toBe(`pglite:${config.dataDir}/pg`);
    expect(config.allowedOrigins).toEqual(['http://localhost:2567']);
  });

  it('[O1] all mistakes are reported together, with what is expected', () => {
    const { mistakes: found, message } = mistakes({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      PARLOR_ORIGIN: 'https://play.example.org/path',
      PARLOR_LAN: 'perhaps',
      PARLOR_MAX_PAYLOAD: '-1',
      PARLOR_PROT: '1',
      KEYCLOAK_URL: 'keycloak:8080',
      REDIS_URL: 'reddis://r',
    });
    expect(found.map(({ variable }) => variable).sort()).toEqual([
      'KEYCLOAK_URL',
      'LOG_LEVEL',
      'PARLOR_LAN',
      'PARLOR_MAX_PAYLOAD',
      'PARLOR_ORIGIN',
      'PARLOR_PROT',
      'PORT',
      'REDIS_URL',
    ]);
    expect(message).toContain('PORT: "70000" is not a whole number from 0 to 65535');
    expect(message).toContain('KEYCLOAK_URL: "keycloak:8080" is not an address such as');
  });

  it('[F30] an address with unencoded reserved characters in its password is refused by name and not shown', () => {
    for (const secret of ['pa/ss', 'ss#w', 'rd?x', '12/3', '12#3', '12?3', '100%sure', 'pa/ss#w@rd%41?x']) {
      const told = mistakes({
        REDIS_URL: `redis://:${secret}@127.0.0.1:6379`,
        DATABASE_URL: `postgres://talker:${secret}@127.0.0.1:5432/talk`,
        PARLOR_KEY: 'ab'.repeat(32),
      });
      expect(told.mistakes.map(({ variable }) => variable)).toEqual(['DATABASE_URL', 'REDIS_URL']);
      for (const { problem } of told.mistakes) {
        expect(problem).toContain('percent-encoded');
        expect(problem).not.toContain(secret);
      }
    }
    const secret = encodeURIComponent('pa/ss#w@rd%41?x');
    const urls = {
      REDIS_URL: `rediss://parlor:${secret}@redis.example.org:6379/2`,
      DATABASE_URL: `postgres://talker:${secret}@127.0.0.1:5432/talk?sslmode=require`,
    };
    expect(parseConfig({ ...urls, PARLOR_KEY: 'ab'.repeat(32) }).databaseUrl).toBe(urls.DATABASE_URL);
    expect(parseConfig({ DATABASE_URL: 'postgres:///talk?host=/run/postgresql' }).cluster).toBeUndefined();
  });

  it.each(['PARLOR_KEY', 'DATABASE_URL', 'REDIS_URL', 'PARLOR_METRICS_TOKEN', 'KEYCLOAK_CLIENT_SECRET'])(
    '[O2] a wrong %s is not echoed',
    (variable) => {
      const { message } = mistakes({ [variable]: 'hunter2 secret' });
      expect(message).toContain(variable);
      expect(message).not.toContain('hunter2');
    },
  );

  it('[O3] test hooks are refused in production, and only there', () => {
    expect(parseConfig({ PARLOR_TEST_KILL: 'append:after' }).test.kill).toBe('append:after');
    const { mistakes: found } = mistakes({ NODE_ENV: 'production', PARLOR_TEST_KILL: 'append:after' });
    expect(found).toEqual([{ variable: 'PARLOR_TEST_KILL', problem: expect.stringContaining('tests only') }]);
  });

  it("[O4] the LAN switch listens on every address, over HTTPS, at this machine's address", () => {
    expect(parseConfig({ PARLOR_LAN: 'on' }, ['192.168.1.7'])).toMatchObject({
      host: '0.0.0.0',
      origin: 'https://192.168.1.7:2567',
      lan: true,
    });
    expect(mistakes({ PARLOR_LAN: 'on' }, []).mistakes[0]?.variable).toBe('PARLOR_LAN');
  });

  it('takes a key in hex or base64, and not beside a key file', () => {
    const bytes = Buffer.alloc(32, 7);
    expect(parseConfig({ PARLOR_KEY: bytes.toString('hex') }).key).toEqual(bytes);
    expect(parseConfig({ PARLOR_KEY: bytes.toString('base64') }).key).toEqual(bytes);
    expect(mistakes({ PARLOR_KEY: bytes.toString('hex'), PARLOR_KEY_FILE: 'k' }).message).toContain('one of the two');
  });

  it('[P1] a cluster process needs Redis, Postgres and the key, and each missing one is reported', () => {
    const shared = { REDIS_URL: 'redis://r', DATABASE_URL: 'postgres://d/p', PARLOR_KEY: 'ab'.repeat(32) };
    expect(parseConfig({}).cluster).toBeUndefined();
    expect(parseConfig({ ...shared, PARLOR_ROLE: 'rooms', PARLOR_ADDRESS: '10.0.0.1:2567' }).cluster).toEqual({
      redisUrl: 'redis://r',
      replicas: 0,
      role: 'rooms',
      address: '10.0.0.1:2567',
      leaseMs: 1500,
      drainMs: 10_000,
    });
    const wrong = (env: Record<string, string>) => mistakes(env).mistakes.map(({ variable }) => variable);
    expect(wrong({ REDIS_URL: 'redis://r', PARLOR_LAN: 'on', HOST: '0.0.0.0', PARLOR_ORIGIN: 'https://a.b' })).toEqual([
      'DATABASE_URL',
      'PARLOR_KEY',
      'PARLOR_LAN',
      'PARLOR_ADDRESS',
    ]);
    expect(wrong({ PARLOR_ROLE: 'edge' })).toEqual(['PARLOR_ROLE']);
    // An edge dials no database, and has no key but the one that tells members from others.
    const edge = { REDIS_URL: 'redis://r', PARLOR_ROLE: 'edge' };
    expect(wrong(edge)).toEqual(['PARLOR_REGISTRY_KEY']);
    expect(parseConfig({ ...edge, PARLOR_REGISTRY_KEY: 'ab'.repeat(32) }).cluster?.role).toBe('edge');
  });

  it('[B4] the role may be the one argument, unless it contradicts the environment', () => {
    expect(withRole({ PORT: '1' }, [])).toEqual({ PORT: '1' });
    expect(withRole({ PARLOR_ROLE: '' }, ['edge'])).toEqual({ PARLOR_ROLE: 'edge' });
    expect(withRole({ PARLOR_ROLE: 'edge' }, ['edge'])).toEqual({ PARLOR_ROLE: 'edge' });
    expect(() => withRole({ PARLOR_ROLE: 'api' }, ['edge'])).toThrow('PARLOR_ROLE: is api, but the argument says edge');
    expect(() => withRole({}, ['edge', 'api'])).toThrow('PARLOR_ROLE: is one word; 2 were given');
  });

  it('[W1] the limits for load are off unless configured, and limits per connection are unchanged', () => {
    const people = parseConfig({}).limits;
    expect(people).toMatchObject({ joinsPerMinute: 240, connectionsPerAddress: 100 });
    const million = 1_000_000;
    expect(parseConfig({ PARLOR_LIMITS: 'load', PARLOR_JOINS_PER_MINUTE: '10' }).limits).toEqual({
      ...people,
      joinsPerMinute: million,
      requestsPerMinute: million,
      loginsPerMinute: million,
      connectionsPerAddress: million,
      matchesPerPlayer: million,
    });
    expect(mistakes({ PARLOR_LIMITS: 'none' }).message).toContain('one of people, load');
  });

  it('[I93] a Keycloak needs an address and a secret; contradictory settings are named', () => {
    const KEYCLOAK_CLIENT_SECRET = 'something-long';
    expect(parseConfig({}).keycloak).toBeUndefined();
    expect(parseConfig({ KEYCLOAK_URL: 'https://id.example.org/auth/', KEYCLOAK_CLIENT_SECRET }).keycloak).toEqual({
      url: 'https://id.example.org/auth',
      internalUrl: 'https://id.example.org/auth',
      realm: 'parlor',
      clientSecret: KEYCLOAK_CLIENT_SECRET,
    });
    const inside = { KEYCLOAK_URL: 'https://id.example.org', KEYCLOAK_INTERNAL_URL: 'http://keycloak:8080' };
    expect(parseConfig({ ...inside, KEYCLOAK_CLIENT_SECRET, KEYCLOAK_REALM: 'club' }).keycloak).toMatchObject({
      internalUrl: 'http://keycloak:8080',
      realm: 'club',
    });
    const wrong = (env: Record<string, string>) => mistakes(env).mistakes.map(({ variable }) => variable);
    expect(wrong({ KEYCLOAK_URL: 'https://id.example.org' })).toEqual(['KEYCLOAK_CLIENT_SECRET']);
    expect(wrong({ KEYCLOAK_REALM: 'club', KEYCLOAK_CLIENT_SECRET })).toEqual([
      'KEYCLOAK_REALM',
      'KEYCLOAK_CLIENT_SECRET',
    ]);
    for (const url of ['http://a:b@id.example.org', 'https://id.example.org?x=1', 'ftp://id.example.org', 'id'])
      expect(wrong({ KEYCLOAK_URL: url, KEYCLOAK_CLIENT_SECRET })).toEqual(['KEYCLOAK_URL']);
    // What Keycloak makes of a secret that nobody gave it: anybody could know it.
    expect(
      wrong({ KEYCLOAK_URL: 'https://id.example.org', KEYCLOAK_CLIENT_SECRET: `$\{PARLOR_SERVER_SECRET}` }),
    ).toEqual(['KEYCLOAK_CLIENT_SECRET']);
    const production = { NODE_ENV: 'production', KEYCLOAK_CLIENT_SECRET };
    expect(wrong({ ...production, KEYCLOAK_URL: 'http://id.example.org' })).toEqual(['KEYCLOAK_URL']);
    expect(parseConfig({ ...production, KEYCLOAK_URL: 'http://localhost:8080' }).keycloak?.url).toBeDefined();
    const shared = { REDIS_URL: 'redis://r', PARLOR_REGISTRY_KEY: 'ab'.repeat(32) };
    const edge = { ...shared, PARLOR_ROLE: 'edge', KEYCLOAK_URL: 'https://id.example.org' };
    expect(parseConfig(edge).keycloak).toBeUndefined();
  });

  it('treats an empty variable as absent', () => {
    expect(parseConfig({ PORT: '', PARLOR_ORIGIN: ' ' }).port).toBe(2567);
  });

  it('[O5] docs/configuration.md lists every variable with its line', () => {
    const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
    for (const [name, { expected, about }] of Object.entries<Variable<unknown>>(VARIABLES))
      expect(page).toContain(`| \`${name}\` | ${expected} | ${about} |`);
  });
});
