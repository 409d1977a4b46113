/** A Parlor of the load test's own: one process, an issuer that signs tokens for anybody, and a directory that goes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestIssuer } from '#server/identity/test-issuer.ts';
import { freePort } from '#tests/kill/victim.ts';
import type { Issuer } from './parlor.ts';
import { ParlorProcess } from './process.ts';
import { type Target, writeAccounts } from './target.ts';

/** Longer than any run. */
const TOKEN_SECONDS = 4 * 3600;

export type LocalOptions = { vus: number; probes: number };

export async function startLocal({ vus, probes }: LocalOptions): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'parlor-load-'));
  const issuer = await startTestIssuer();
  const tokens = await issuer.tokens(vus, { expiresIn: TOKEN_SECONDS });
  const accounts = await writeAccounts(directory, tokens);
  const { keys: _, ...trust } = issuer.trust;
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const lent: Issuer = { ...trust, jwksUrl: issuer.jwksUrl };
  const env = {
    NODE_ENV: 'test',
    PORT: String(port),
    PARLOR_ORIGIN: origin,
    PARLOR_DATA_DIR: join(directory, 'data'),
    PARLOR_LIMITS: 'load',
    LOG_LEVEL: 'warn',
    LOAD_ISSUER: JSON.stringify(lent),
    LOAD_PROBES: String(probes),
  };
  let parlor = new ParlorProcess(env);

  async function stop(): Promise<void> {
    await parlor.end('SIGTERM');
    await issuer.close();
    await rm(directory, { recursive: true, force: true });
  }

  try {
    await parlor.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    origin,
    processes: 1,
    digest: true,
    accounts,
    async kill() {
      await parlor.end('SIGKILL');
      parlor = new ParlorProcess(env);
      await parlor.ready;
    },
    output: () => parlor.output,
    stop,
  };
}
