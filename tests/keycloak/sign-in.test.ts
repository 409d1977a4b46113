import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { PASSWORD } from '#tests/e2e/browser.ts';
import { startParlorProcess } from '#tests/e2e/parlor.ts';
import { describeSignIn } from '#tests/e2e/sign-in.ts';
import { makeAdministrator, realmAdmin } from '#tests/keycloak/realm-admin.ts';

describeSignIn('keycloak', async () => {
  const keycloak = inject('keycloak');
  const { url, clientSecret, parlor } = keycloak;
  const running = await startParlorProcess({ KEYCLOAK_URL: url, KEYCLOAK_CLIENT_SECRET: clientSecret }, parlor.port);
  return {
    parlor: running,
    async administrator() {
      const admin = await realmAdmin(keycloak);
      const username = `root-${randomUUID().slice(0, 6)}`;
      await admin.ask('POST', '/parlor/users', {
        username,
        enabled: true,
        credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
      });
      await makeAdministrator(admin, username);
      return { username, password: PASSWORD };
    },
  };
});
