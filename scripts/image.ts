/** `npm run image`: lints the Dockerfile, then puts together what it copies and runs it, without an engine. */
import { spawnSync } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { hadolint, ToolMissing } from '#scripts/tools.ts';

function lint(): boolean {
  try {
    const { status } = spawnSync(hadolint.provide(), ['Dockerfile'], { stdio: 'inherit' });
    console.log(`image  hadolint ${hadolint.version}: ${status === 0 ? 'nothing to say' : 'FAILED'}`);
    return status === 0;
  } catch (error) {
    if (!(error instanceof ToolMissing)) throw error;
    console.error(error.message);
    return false;
  }
}

const clean = lint();
const vitest = await startVitest('test', [], { run: true, watch: false, config: 'tests/image/vitest.config.ts' });
const passed = vitest.state.getTestModules().every((module) => module.ok());
await vitest.close();
process.exit(clean && passed ? 0 : 1);
