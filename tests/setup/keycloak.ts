/** One Keycloak for the whole run, and the one address where the Parlors of these tests are, one after the other. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '#scripts/free-port.ts';
import { startKeycloak } from '#scripts/keycloak/server.ts';

export type ProvidedKeycloak = {
  /** As browsers see it. */
  url: string;
  clientSecret: string;
  /** Of the whole Keycloak, as whoever runs it. */
  administrator: { username: string; password: string };
  /** Where the realm expects Parlor. */
  parlor: { port: number; origin: string };
};

declare module 'vitest' {
  interface ProvidedContext {
    keycloak: ProvidedKeycloak;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'parlor-keycloak-'));
  const port = await freePort();
  const parlor = { port, origin: `http://localhost:${port}` };
  const clientSecret = randomBytes(24).toString('base64url');
  const administrator = { username: 'root', password: randomBytes(24).toString('base64url') };
  const started = Date.now();
  console.log('keycloak  starting; 20 to 100 s are usual');
  const running = await startKeycloak({
    directory,
    port: await freePort(),
    parlor: parlor.origin,
    clientSecret,
    administrator,
  });
  console.log(`keycloak  open after ${Math.round((Date.now() - started) / 1000)} s`);
  project.provide('keycloak', { url: running.url, clientSecret, administrator, parlor });
  return async () => {
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
