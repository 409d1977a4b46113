/** What must hold for every manifest of every profile. */
import { describe, expect, it } from 'vitest';
import { type Profile, profiles, render, SEED } from '#tests/chart/helm.ts';
import { type Manifest, ofKind, processesOf } from '#tests/chart/manifests.ts';
import { admitted, allowed, idle, loose, lopsided, sent, uncovered, withoutTunnel } from '#tests/chart/rules/calls.ts';
import { hardened, pinned } from '#tests/chart/rules/hardened.ts';
import { configOf, hurried, misunderstood } from '#tests/chart/rules/program.ts';
import { secretive } from '#tests/chart/rules/secrets.ts';
import { unwired } from '#tests/chart/rules/wiring.ts';

/** Secrets that an operator brings, as helm/README.md names them. */
const OUTSIDE: Record<Profile, string[]> = {
  minimal: [],
  dev: [],
  'dev in a mesh': [],
  prod: [
    'parlor-encryption',
    'parlor-registry',
    'parlor-redis',
    'parlor-postgres-app',
    'parlor-keycloak',
    'parlor-metrics',
  ],
};

/** Who has to call whom; everything else is denied. */
const CALLS: Record<Profile, string[]> = {
  minimal: [
    'edge > redis:6379',
    'edge > rooms:2567',
    'rooms > postgres:5432',
    'rooms > redis:6379',
    'rooms > rooms:2567',
    'test > edge:2567',
  ],
  dev: [
    'api > keycloak:8080',
    'api > postgres:5432',
    'api > redis:6379',
    'api > rooms:2567',
    'edge > api:2567',
    'edge > redis:6379',
    'edge > rooms:2567',
    'keycloak > api:2567',
    'rooms > keycloak:8080',
    'rooms > postgres:5432',
    'rooms > redis:6379',
    'rooms > rooms:2567',
    'test > edge:2567',
  ],
  get 'dev in a mesh'() {
    return this.dev;
  },
  prod: [
    'api > redis:6379',
    'api > rooms:2567',
    'edge > api:2567',
    'edge > redis:6379',
    'edge > rooms:2567',
    'rooms > redis:6379',
    'rooms > rooms:2567',
    'test > edge:2567',
  ],
};
const INWARDS: Record<Profile, string[]> = {
  minimal: [],
  dev: ['anyone > edge:2567', 'anyone > keycloak:8080'],
  'dev in a mesh': ['gateway > edge:2567', 'gateway > keycloak:8080', 'istiod > keycloak:8080'],
  prod: ['gateway > edge:2567', 'prometheus > api:2567', 'prometheus > edge:2567', 'prometheus > rooms:2567'],
};
const OUTWARDS: Record<Profile, string[]> = {
  minimal: [],
  dev: [],
  'dev in a mesh': [],
  prod: ['api > anyone:443', 'api > anyone:5432', 'rooms > anyone:443', 'rooms > anyone:5432'],
};

describe.each(profiles)('the profile %s', (profile) => {
  let made: Manifest[] | undefined;
  const manifests = () => (made ??= render({ profile }));

  it('[Q3] no container has more rights than it needs', () => {
    expect(hardened(manifests())).toEqual([]);
  });

  it('[Q4] every pod denies all traffic by default, both ways', () => {
    expect(uncovered(manifests())).toEqual([]);
  });

  it('[Q4] only the listed callers are allowed, and both ends agree', () => {
    expect(lopsided(manifests())).toEqual([]);
    expect(admitted(manifests())).toEqual([...CALLS[profile], ...INWARDS[profile]].sort());
    expect(sent(manifests())).toEqual([...CALLS[profile], ...OUTWARDS[profile]].sort());
    expect(idle(admitted(manifests()), manifests())).toEqual([]);
  });

  it('[Q5] images have fixed versions, never a moving tag', () => {
    expect(pinned(manifests())).toEqual([]);
  });

  it('[Q6] secret values are in Secrets only', () => {
    expect(secretive(manifests(), SEED)).toEqual([]);
  });

  it('[Q7] every reference resolves', () => {
    expect(unwired(manifests(), OUTSIDE[profile])).toEqual([]);
  });

  it('[Q8] the program accepts the environment: names, ports, roles, endpoints', () => {
    expect(misunderstood(manifests())).toEqual([]);
    expect(processesOf(manifests()).length).toBe(profile === 'minimal' ? 2 : 3);
  });

  it('[Q9] each process has the time that it needs to stop', () => {
    expect(hurried(manifests())).toEqual([]);
  });
});

describe.each(['dev in a mesh', 'prod'] as const)('the mesh of the profile %s', (profile) => {
  const manifests = render({ profile });

  it('[Q14] the mesh accepts no plain text and allows only named callers', () => {
    expect(loose(manifests)).toEqual([]);
    expect(withoutTunnel(manifests)).toEqual([]);
  });

  it('[Q14] service accounts allow exactly what NetworkPolicies allow', () => {
    // istiod has no identity there, so Keycloak's one port is open to whom NetworkPolicies let through.
    const other = (call: string) => !call.includes('> keycloak:');
    expect(allowed(manifests).filter(other)).toEqual(admitted(manifests).filter(other));
    expect(allowed(manifests).filter((call) => !other(call))).toEqual(
      profile === 'prod' ? [] : ['anyone > keycloak:8080'],
    );
    const ports = ofKind(manifests, 'PeerAuthentication').flatMap(({ spec }) =>
      Object.entries(spec.portLevelMtls ?? {}),
    );
    expect(ports).toEqual(profile === 'prod' ? [] : [['8080', { mode: 'PERMISSIVE' }]]);
  });

  it('[Q14] the gateway is identified by the account that Istio gives it', () => {
    const text = JSON.stringify(ofKind(manifests, 'AuthorizationPolicy'));
    const principals = new Set([...text.matchAll(/"([^"]*\/sa\/[^"]*)"/g)].map(([, name]) => name));
    expect(principals).toContain('cluster.local/ns/play/sa/parlor-istio');
    expect([...principals].filter((name) => !name?.startsWith('cluster.local/ns/play/sa/parlor-'))).toEqual([]);
  });
});

it("[Q14] the gateway verifies tokens against Keycloak; those in a socket's query only if configured", () => {
  const rule = (values: object) =>
    ofKind(render({ profile: 'prod', values }), 'RequestAuthentication')[0]?.spec.jwtRules[0];
  expect(rule({})).toEqual({
    issuer: 'https://auth.parlor.example.org/realms/parlor',
    jwksUri: 'https://auth.parlor.example.org/realms/parlor/protocol/openid-connect/certs',
    audiences: ['parlor'],
    forwardOriginalToken: true,
    fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
  });
  expect(rule({ mesh: { requestAuthentication: { socketToken: true } } })).toMatchObject({
    fromParams: ['_authToken'],
  });
  const inside = ofKind(render({ profile: 'dev in a mesh' }), 'RequestAuthentication')[0]?.spec.jwtRules[0];
  expect(inside).toMatchObject({
    issuer: 'http://auth.parlor.localhost:8080/realms/parlor',
    jwksUri: 'http://parlor-keycloak.play.svc:8080/realms/parlor/protocol/openid-connect/certs',
  });
});

it('[Q8] each role gets its settings: limits, proxies, origin, Keycloak', () => {
  const values = {
    allowedOrigins: ['https://www.example.org'],
    config: { PARLOR_MAX_BUFFERED: 1_000_000_000, PARLOR_LIMITS: 'load' },
  };
  const manifests = render({ profile: 'prod', values });
  const of = (name: string) => {
    const pod = processesOf(manifests).find(({ component }) => component === name);
    if (!pod) throw new Error(`no ${name}`);
    return configOf(pod, manifests);
  };
  expect(of('rooms')).toMatchObject({
    origin: 'https://parlor.example.org',
    allowedOrigins: ['https://parlor.example.org', 'https://www.example.org'],
    trustedProxies: 1,
    // A large number stays a number, where a template would make it 1e+09.
    limits: { maxBuffered: 1_000_000_000, joinsPerMinute: 1_000_000 },
    cluster: { role: 'rooms', drainMs: 120_000, leaseMs: 1500 },
    keycloak: { url: 'https://auth.parlor.example.org', realm: 'parlor' },
  });
  expect(of('edge')).toMatchObject({ trustedProxies: 1, cluster: { role: 'edge', drainMs: 60_000 } });
  expect(of('api')).toMatchObject({ cluster: { role: 'api' }, limits: { maxBuffered: 1_000_000_000 } });
});

it('[Q8] with IPv6 addresses a process listens on and publishes them', () => {
  const manifests = render({ profile: 'dev', values: { ipFamily: 'IPv6' } });
  expect(misunderstood(manifests)).toEqual([]);
  const [pod] = processesOf(manifests);
  expect(pod && configOf(pod, manifests)).toMatchObject({ host: '::', cluster: { address: '[fd00:10:42::7]:2567' } });
});
