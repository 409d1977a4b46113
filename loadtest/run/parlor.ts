/**
 * The Parlor that is put under load, as a process of its own: the product, with the probe beside its games, people
 * from a test issuer, and rooms that answer with digests. Configured as the product is, plus `LOAD_*`.
 */
import { probe } from '#rooms/testing/probe.ts';
import { readConfig } from '#server/config.ts';
import type { EmbeddedIdentity } from '#server/identity/embedded/embedded.ts';
import type { Trust } from '#server/identity/identity.ts';
import { remoteKeys } from '#server/identity/keys.ts';
import { startParlor } from '#server/parlor.ts';
import { answerDigests, DIGEST } from './digests.ts';

/** A probe that nobody is in would be over when it is unloaded: the rooms of a later scenario have to wait for it. */
const IDLE_MS = 3_600_000;

/** `LOAD_ISSUER`, as JSON. */
export type Issuer = Omit<Trust, 'keys'> & { jwksUrl: string };

/** The issuer signs tokens by itself; nobody signs in, out or up here. */
function peopleOf({ jwksUrl, ...trust }: Issuer): EmbeddedIdentity {
  const nobody = async () => undefined;
  const none = async () => [];
  return {
    trust: { ...trust, keys: remoteKeys(new URL(jwksUrl)) },
    users: {
      create: () => Promise.reject(new Error('the test issuer has no accounts')),
      get: nobody,
      find: nobody,
      list: none,
      holding: none,
      setPassword: nobody,
      setRoles: nobody,
      setEnabled: nobody,
      delete: nobody,
    },
    sessions: { list: none, revoke: async () => false, revokeAll: nobody },
    onSessionEnd: () => () => {},
    browserConfig: () => ({ url: trust.issuer.replace(/\/realms\/.*/, ''), realm: 'parlor', clientId: trust.client }),
    mount() {},
    ready: async () => true,
    bootstrap: nobody,
  };
}

async function serve(issuer: Issuer, rooms: readonly string[]): Promise<void> {
  // A probe is no table: the lobby does not list it.
  const { listing: _, ...machine } = probe;
  const config = readConfig();
  const parlor = await startParlor(config, '0.0.0', {
    machines: [machine],
    rooms: rooms.map((room) => ({ room, machine })),
    identity: peopleOf(issuer),
    idleMs: IDLE_MS,
    requests: [DIGEST],
  });
  if (config.cluster?.role !== 'edge') await answerDigests();
  process.once('SIGTERM', () => void parlor.close().then(() => process.exit(0)));
  // Whoever started this process is gone: nobody would ever stop it.
  process.once('disconnect', () => process.exit(1));
  process.send?.('ready');
}

const { LOAD_ISSUER = '', LOAD_PROBES = '' } = process.env;
await serve(JSON.parse(LOAD_ISSUER) as Issuer, LOAD_PROBES.split(',').filter(Boolean));
