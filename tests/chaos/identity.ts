/** Nobody has a password here: whoever brings a token of the test issuer is who it says. */
import type { EmbeddedIdentity } from '#server/identity/embedded/embedded.ts';
import { remoteKeys } from '#server/identity/keys.ts';
import type { Orders } from './orders.ts';

export function believing({ jwksUrl, ...trust }: Orders['issuer']): EmbeddedIdentity {
  const nobody = () => Promise.reject(new Error('The test issuer keeps no accounts.'));
  return {
    trust: { ...trust, keys: remoteKeys(new URL(jwksUrl)) },
    users: {
      create: nobody,
      get: async () => undefined,
      find: async () => undefined,
      list: async () => [],
      holding: async () => [],
      setPassword: nobody,
      setRoles: nobody,
      setEnabled: nobody,
      delete: nobody,
    },
    sessions: { list: async () => [], revoke: async () => false, revokeAll: nobody },
    onSessionEnd: () => () => {},
    browserConfig: () => ({ url: trust.issuer, realm: '', clientId: '' }),
    mount() {},
    ready: async () => true,
    bootstrap: async () => undefined,
  };
}
