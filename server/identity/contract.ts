/** What every identity provider must do; run against the embedded one, and against a real Keycloak. */
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentityProvider, SessionEnd, User } from '#server/identity/identity.ts';
import { type Browser, createBrowser } from '#server/identity/test-browser.ts';
import { createVerifier } from '#server/identity/verifier.ts';

export type RunningProvider = {
  identity: IdentityProvider;
  /** A page that browsers may be sent back to; it need not exist. */
  goingTo: string;
  close(): Promise<void>;
};

const PASSWORD = 'correct horse 9 Battery';
/** A Keycloak tells by a request of its own. */
const PATIENT = { timeout: 20_000 };

export function describeIdentity(name: string, start: () => Promise<RunningProvider>): void {
  describe(`identity: ${name}`, () => {
    let running: RunningProvider;
    let identity: IdentityProvider;
    const ends: SessionEnd[] = [];
    beforeAll(async () => {
      running = await start();
      identity = running.identity;
      identity.onSessionEnd((end) => {
        ends.push(end);
      });
    });
    afterAll(() => running.close());

    async function person(): Promise<User> {
      const user = await identity.users.create({ username: `mira-${randomUUID().slice(0, 8)}`, password: PASSWORD });
      if ('refused' in user) throw new Error(user.detail);
      return user;
    }
    const verify = (token: string) =>
      createVerifier({ ...identity.trust, hash: (_purpose, value) => value, revoked: () => false })(token);
    const arrive = (user: User, browser: Browser) => browser.signIn(user.username, PASSWORD, running.goingTo);
    const newBrowser = () => createBrowser(identity.browserConfig());
    const ended = (sub: string, sid: string) =>
      expect.poll(() => ends.some((end) => end.sub === sub && (end.sid ?? sid) === sid), PATIENT).toBe(true);

    it('[I10] the provider is ready and gives browsers its address', async () => {
      expect(await identity.ready()).toBe(true);
      const { url, realm } = identity.browserConfig();
      expect(identity.trust.issuer).toBe(`${url}/realms/${realm}`);
    });

    it('[I11] the provider creates, finds, lists, assigns roles to and deletes people', async () => {
      const user = await person();
      expect(user).toMatchObject({ enabled: true, roles: expect.arrayContaining(['player']) });
      expect(await identity.users.get(user.id)).toEqual(user);
      expect(await identity.users.find(user.username.toUpperCase())).toEqual(user);
      expect(await identity.users.list()).toContainEqual(user);
      await identity.users.setRoles(user.id, ['player', 'moderator']);
      expect((await identity.users.get(user.id))?.roles).toEqual(expect.arrayContaining(['player', 'moderator']));
      await identity.users.delete(user.id);
      await identity.users.delete(user.id);
      expect(await identity.users.get(user.id)).toBeUndefined();
      expect(await identity.users.find(user.username)).toBeUndefined();
    });

    it('[A12] a new password replaces the old one; the holders of a role are listed', async () => {
      const user = await person();
      const other = 'another horse 7 Stapler';
      expect(await identity.users.setPassword(user.id, other)).toBeUndefined();
      await expect(arrive(user, newBrowser())).rejects.toThrow('did not arrive');
      expect(await newBrowser().signIn(user.username, other, running.goingTo)).toHaveProperty('access_token');
      await identity.users.setRoles(user.id, ['player', 'moderator']);
      expect((await identity.users.holding('moderator')).map(({ id }) => id)).toContain(user.id);
      await identity.users.setRoles(user.id, ['player']);
      expect((await identity.users.holding('moderator')).map(({ id }) => id)).not.toContain(user.id);
    });

    it('[I12] a name is unique, whatever its spelling', async () => {
      const { username } = await person();
      const second = await identity.users.create({ username: username.toUpperCase(), password: PASSWORD });
      expect(second).toMatchObject({ refused: 'name-taken', field: 'username' });
    });

    it('[I13] signing in with PKCE yields a five-minute access token that the verifier accepts', async () => {
      const user = await person();
      const tokens = await arrive(user, newBrowser());
      const claims = decodeJwt(tokens.access_token);
      expect(claims).toMatchObject({ iss: identity.trust.issuer, azp: 'parlor-web', typ: 'Bearer', sub: user.id });
      expect([claims.aud].flat()).toContain('parlor');
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
      expect(decodeJwt(tokens.refresh_token)).toHaveProperty('typ');
      expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: user.id, preferred_username: user.username });
      expect(await verify(tokens.access_token)).toMatchObject({
        player: `p${identity.trust.issuer}|${user.id}`,
        name: user.username,
        roles: expect.arrayContaining(['player']),
        session: claims.sid,
      });
      expect(await verify(tokens.id_token)).toMatchObject({ refused: 'unauthenticated' });
    });

    it('[I14] a wrong password and an unknown name are refused', async () => {
      const { username } = await person();
      for (const fields of [
        { username, password: 'not the password' },
        { username: `${username}-x`, password: PASSWORD },
      ]) {
        const browser = newBrowser();
        const page = await browser.submit(await browser.start(running.goingTo), fields);
        await expect(browser.finish(page)).rejects.toThrow('did not arrive');
      }
    });

    it('[I15] a refresh keeps the session, rotates the token and carries new roles', async () => {
      const user = await person();
      const browser = newBrowser();
      const first = await arrive(user, browser);
      await identity.users.setRoles(user.id, ['player', 'admin']);
      const { status, tokens } = await browser.refresh(first);
      expect(status).toBe(200);
      expect(tokens.refresh_token).not.toBe(first.refresh_token);
      expect(decodeJwt(tokens.access_token).sid).toBe(decodeJwt(first.access_token).sid);
      expect(await verify(tokens.access_token)).toMatchObject({ roles: expect.arrayContaining(['admin']) });
    });

    it('[I16] a signed-in browser is redirected to its target at once, in the same session', async () => {
      const user = await person();
      const browser = newBrowser();
      const first = await arrive(user, browser);
      const again = await browser.finish(await browser.start(`${running.goingTo}m/42?seat=1`));
      expect(decodeJwt(again.access_token).sid).toBe(decodeJwt(first.access_token).sid);
    });

    it('[I17] sessions are listed; ending one notifies, refuses its refresh, and leaves the others', async () => {
      const user = await person();
      const [desk, phone] = [newBrowser(), newBrowser()];
      const before = Date.now() - 2000;
      const [atDesk, onPhone] = [await arrive(user, desk), await arrive(user, phone)];
      const sid = String(decodeJwt(atDesk.access_token).sid);
      const sessions = await identity.sessions.list(user.id);
      expect(sessions.map((session) => session.id).sort()).toEqual(
        [sid, String(decodeJwt(onPhone.access_token).sid)].sort(),
      );
      expect(sessions.every((session) => session.user === user.id && session.startedAt >= before)).toBe(true);

      expect(await identity.sessions.revoke(sid)).toBe(true);
      expect(await identity.sessions.revoke(sid)).toBe(false);
      await ended(user.id, sid);
      expect(await desk.refresh(atDesk)).toMatchObject({ status: 400, error: 'invalid_grant' });
      expect(await phone.refresh(onPhone)).toMatchObject({ status: 200 });
      expect(await identity.sessions.list(user.id)).toHaveLength(1);
      await expect(desk.finish(await desk.start(running.goingTo))).rejects.toThrow('did not arrive');
    });

    it('[I18] signing out in the browser ends the session, notifies, and redirects back', async () => {
      const user = await person();
      const browser = newBrowser();
      const tokens = await arrive(user, browser);
      const page = await browser.signOut(tokens, running.goingTo);
      expect(page.url).toBe(running.goingTo);
      await ended(user.id, String(decodeJwt(tokens.access_token).sid));
      expect(await browser.refresh(tokens)).toMatchObject({ status: 400, error: 'invalid_grant' });
      expect(await identity.sessions.list(user.id)).toEqual([]);
      await expect(browser.finish(await browser.start(running.goingTo))).rejects.toThrow('did not arrive');
    });

    it.each(['disabled', 'deleted', 'signed out everywhere'])(
      '[I19] a person who is %s loses every session',
      async (how) => {
        const user = await person();
        const [desk, phone] = [newBrowser(), newBrowser()];
        const sessions = [await arrive(user, desk), await arrive(user, phone)];
        if (how === 'disabled') await identity.users.setEnabled(user.id, false);
        else if (how === 'deleted') await identity.users.delete(user.id);
        else await identity.sessions.revokeAll(user.id);
        for (const tokens of sessions) {
          await ended(user.id, String(decodeJwt(tokens.access_token).sid));
          expect(await desk.refresh(tokens)).toMatchObject({ status: 400 });
        }
        expect(await identity.sessions.list(user.id)).toEqual([]);
        const back = arrive(user, newBrowser());
        if (how === 'signed out everywhere') expect(await back).toHaveProperty('access_token');
        else await expect(back).rejects.toThrow('did not arrive');
      },
    );

    it('[I20] a removed listener is not called any more', async () => {
      const heard: SessionEnd[] = [];
      const stop = identity.onSessionEnd((end) => {
        heard.push(end);
      });
      const user = await person();
      await arrive(user, newBrowser());
      stop();
      await identity.sessions.revokeAll(user.id);
      await expect.poll(() => ends.some((end) => end.sub === user.id), PATIENT).toBe(true);
      expect(heard).toEqual([]);
    });
  });
}
