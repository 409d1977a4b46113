/** `npm run test:keycloak`: what is only true with a real Keycloak. Needs a JDK; ends with the line `N passed, M failed`. */
import { startVitest } from 'vitest/node';
import { provide } from '#scripts/deps.ts';
import { provideJdk } from '#scripts/keycloak/jdk.ts';
import { ToolMissing } from '#scripts/tool-missing.ts';
import { keycloak } from '#scripts/tools.ts';

function missing(): string | undefined {
  try {
    console.log(`keycloak  JDK: ${provideJdk()}`);
    console.log(`keycloak  Keycloak ${keycloak.version}: ${keycloak.provide()}`);
    return provide();
  } catch (error) {
    if (error instanceof ToolMissing) return error.message;
    throw error;
  }
}

const problem = missing();
if (problem) {
  console.error(`\n${problem}`);
  process.exit(1);
}
const vitest = await startVitest('test', process.argv.slice(2), {
  run: true,
  watch: false,
  config: 'tests/keycloak/vitest.config.ts',
});
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((module) => [...module.children.allTests()]);
const broken = modules.filter((module) => module.errors().length > 0).length + vitest.state.getUnhandledErrors().length;
await vitest.close();

const count = (state: string) => tests.filter((test) => test.result().state === state).length;
const [passed, failed] = [count('passed'), count('failed') + count('skipped') + broken];
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
