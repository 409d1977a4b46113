import { defineConfig } from 'vitest/config';

/** Run by `npm run image`: too slow for every `npm test`, since it installs what the image holds. */
export default defineConfig({
  test: { include: ['tests/image/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 600_000 },
});
