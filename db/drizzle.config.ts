import { defineConfig } from 'drizzle-kit';

/** Run from the root: `drizzle-kit generate --config db/drizzle.config.ts --name <what-changed>`. */
export default defineConfig({ dialect: 'postgresql', schema: './db/tables/*.ts', out: './db/migrations' });
