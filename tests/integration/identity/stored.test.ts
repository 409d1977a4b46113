/** The embedded provider over the database it lives in. */

import { decodeJwt } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { identityRowStore } from '#db/stores/identity-rows.ts';
import { eachEngine } from '#db/testing/engines.ts';
import { testSealing } from '#db/testing/sealing.ts';
import { describeRows } from '#server/identity/embedded/rows-contract.ts';
import { createBrowser } from '#server/identity/test-browser.ts';
import { startEmbedded } from '#server/testing/embedded-identity.ts';

eachEngine((db) => {
  describeRows('database', (now) => identityRowStore(db(), testSealing(), now));

  it('[I50] a session in the database survives a restart of the provider, until it is revoked', async () => {
    const sealing = testSealing();
    const start = async (port?: number) => {
      const provider = await startEmbedded({ rows: identityRowStore(db(), sealing) }, port);
      onTestFinished(provider.close);
      return provider;
    };
    const before = await start();
    const administrator = await before.identity.bootstrap();
    const browser = createBrowser(before.identity.browserConfig());
    const tokens = await browser.signIn('admin', administrator?.password ?? '', before.goingTo);
    await before.close();

    const after = await start(Number(new URL(before.origin).port));
    expect(await after.identity.bootstrap()).toBeUndefined();
    expect(await browser.refresh(tokens)).toMatchObject({ status: 200 });
    const { sid } = decodeJwt(tokens.access_token);
    expect(await after.identity.sessions.list(String(decodeJwt(tokens.access_token).sub))).toMatchObject([{ id: sid }]);
    expect(await after.identity.sessions.revoke(String(sid))).toBe(true);
    expect(await browser.refresh(tokens)).toMatchObject({ status: 400 });
  });
});
