import { defineConfig } from 'vitest/config';
import { tooOld } from './scripts/node-version.ts';

const problem = tooOld(process.version);
if (problem) {
  console.error(problem);
  process.exit(1);
}

const PATIENCE = ['./tests/setup/patience.ts'];

const seconds = (n: number) => n * 1000;

export default defineConfig({
  test: {
    globalSetup: ['./tests/setup/postgres.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{schema,rooms,db,server,client,scripts,loadtest}/**/*.test.ts'],
          testTimeout: seconds(20),
          hookTimeout: seconds(60),
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          setupFiles: PATIENCE,
          include: ['tests/{integration,kill}/**/*.test.ts'],
          testTimeout: seconds(120),
          hookTimeout: seconds(120),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          setupFiles: PATIENCE,
          include: ['tests/e2e/**/*.test.ts'],
          // Browsers and a server share the machine: one file at a time, or animations starve.
          fileParallelism: false,
          testTimeout: seconds(300),
          hookTimeout: seconds(120),
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'chaos',
          setupFiles: PATIENCE,
          include: ['tests/{chaos,appends,days}/**/*.test.ts'],
          // A whole cluster and its clients: by themselves.
          fileParallelism: false,
          testTimeout: seconds(300),
          hookTimeout: seconds(120),
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'chart',
          setupFiles: PATIENCE,
          include: ['tests/chart/**/*.test.ts'],
          testTimeout: seconds(120),
          hookTimeout: seconds(120),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
