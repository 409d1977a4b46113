/** A Parlor of the load test's own: an issuer that signs tokens for anybody, and a directory that goes with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestIssuer } from '#server/identity/test-issuer.ts';
import { freePort } from '#tests/kill/victim.ts';
import type { Issuer } from './parlor.ts';
import { startSingleNode } from './single-node.ts';
import { type Target, writeAccounts } from './target.ts';
import { startTogether } from './together.ts';

/** Longer than any run. */
const TOKEN_SECONDS = 4 * 3600;

export type LocalOptions = {
  vus: number;
  /** Rooms of the probe. */
  probes: number;
  processes: number;
};

/** @throws NoTarget when it does not start. */
export async function startLocal({ vus, probes, processes }: LocalOptions): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'parlor-load-'));
  const issuer = await startTestIssuer();
  const clean = async () => {
    await issuer.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const accounts = await writeAccounts(directory, await issuer.tokens(vus, { expiresIn: TOKEN_SECONDS }));
    const { keys: _, ...trust } = issuer.trust;
    const lent: Issuer = { ...trust, jwksUrl: issuer.jwksUrl };
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const env = {
      NODE_ENV: 'test',
      PARLOR_ORIGIN: origin,
      PARLOR_DATA_DIR: join(directory, 'data'),
      PARLOR_LIMITS: 'load',
      LOG_LEVEL: 'warn',
      LOAD_ISSUER: JSON.stringify(lent),
    };
    const parlors =
      processes > 1 ? await startTogether(env, port, probes, processes) : await startSingleNode(env, port, probes);
    const stop = () => parlors.stop().finally(clean);
    return { ...parlors, origin, processes, digest: true, accounts, stop };
  } catch (error) {
    await clean();
    throw error;
  }
}
