import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const seconds = (n: number) => n * 1000;

/** Beside the ordinary projects: these tests need a JDK, and half a minute until their Keycloak is open. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    name: 'keycloak',
    include: ['tests/keycloak/**/*.test.ts'],
    globalSetup: ['./tests/setup/keycloak.ts'],
    // The realm knows one address of Parlor, so one file at a time has it.
    fileParallelism: false,
    testTimeout: seconds(180),
    hookTimeout: seconds(120),
  },
});
