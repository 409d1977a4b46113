/** kubectl is a client of the API: here the real one asks. It sends tokens over HTTPS only, so the LAN certificate is tried, too. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi, type TestApi } from '#server/testing/api.ts';
import { certificate } from '#server/tls.ts';

const found = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!found) console.warn('kubectl is not installed: what it sees of the API is NOT checked here.');

let dir: string;
let api: TestApi;
let root: Awaited<ReturnType<TestApi['signIn']>>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parlor-kubectl-'));
  const pair = await certificate(dir, []);
  await writeFile(join(dir, 'ca.pem'), pair.cert);
  api = await openApi({}, pair);
  root = await api.signIn({ name: 'Root', roles: ['admin'] });
});
afterAll(async () => {
  await api.close();
  await rm(dir, { recursive: true });
});

/** Exit status and everything it said. */
function kubectl(command: string): Promise<{ status: number; said: string }> {
  const server = ['--server', api.url, '--certificate-authority', join(dir, 'ca.pem'), '--token', root.token];
  const args = [...server, '--cache-dir', join(dir, 'cache'), ...command.split(' ')];
  return new Promise((resolve) =>
    execFile('kubectl', args, { env: { PATH: process.env.PATH, HOME: dir }, timeout: 60_000 }, (error, out, err) =>
      resolve({ status: error ? Number(error.code) : 0, said: out + err }),
    ),
  );
}

async function file(name: string, spec: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `apiVersion: parlor.dev/v1\nkind: Message\nmetadata: {generateName: m-}\nspec: ${spec}\n`);
  return path;
}

describe.skipIf(!found)('kubectl', () => {
  it('[R14] kubectl gets players and sessions as tables, with details', async () => {
    const players = await kubectl('get players');
    expect(players.said).toMatch(/^NAME +DISPLAY NAME +LAST LOGIN +SESSION SECONDS +MATCHES +ENABLED +AGE\n/);
    expect(players.said).toContain('Root');
    expect((await kubectl('get sess -o name')).said).toContain(`session.parlor.dev/${root.session}`);
    expect((await kubectl(`get player ${root.player} -o jsonpath={.status.matchesPlayed}`)).said).toBe('3');
  });

  it('[R14] kubectl creates and lists messages, and shows the invalid field', async () => {
    const good = await kubectl(`create -f ${await file('good.yaml', '{channel: lobby, text: from kubectl}')}`);
    expect(good).toEqual({ status: 0, said: 'message.parlor.dev/lobby.1 created\n' });
    expect((await kubectl('get messages -l channel=lobby')).said).toContain('from kubectl');
    const bad = await kubectl(`create -f ${await file('bad.yaml', '{channel: lobby, text: a, txet: 1}')}`);
    expect(bad).toEqual({ status: 1, said: 'The Message "" is invalid: spec.txet: unknown field\n' });
  });

  it('[R14] kubectl deletes a session, and waits until it is gone', async () => {
    const { session, token } = await api.signIn({ name: 'Eve' });
    expect((await kubectl(`delete session ${session}`)).said).toContain('deleted');
    expect((await kubectl(`get session ${session}`)).said).toContain('NotFound');
    const refused = await kubectl(`--token ${token} get players`);
    expect([refused.status, refused.said]).toEqual([1, expect.stringContaining('logged in')]);
  });

  it('[R17] a dry run deletes nothing, and impersonation is refused', async () => {
    const { session } = await api.signIn({ name: 'Mia' });
    const dry = await kubectl(`delete session ${session} --dry-run=server`);
    expect(dry).toEqual({ status: 0, said: expect.stringContaining('deleted (server dry run)') });
    expect((await kubectl(`get session ${session}`)).status).toBe(0);
    const late = await kubectl(`delete session ${session} --grace-period=30`);
    expect([late.status, late.said]).toEqual([1, expect.stringContaining('gracePeriodSeconds')]);
    const posing = await kubectl(`get players --as ada`);
    expect([posing.status, posing.said]).toEqual([1, expect.stringContaining('Impersonate-User')]);
    expect((await kubectl(`delete session ${session} --wait=false`)).said).toContain('deleted');
    expect((await kubectl(`get session ${session}`)).said).toContain('NotFound');
  });

  it('[R14] kubectl explains a kind from our OpenAPI document', async () => {
    expect((await kubectl('explain messages.spec')).said).toMatch(/text\s+<string> -required-/);
  });
});
