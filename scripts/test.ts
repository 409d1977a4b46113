/**
 * `npm test`: finds or installs what the tests need, checks types, lint and arrows, runs every test,
 * and closes with one line. `npm test -- <paths>` runs only the tests that match.
 */
import { startVitest } from 'vitest/node';
import { check } from '#scripts/check.ts';
import { OPTIONAL, provide } from '#scripts/deps.ts';

const problem = provide();
if (problem) {
  console.error(`\n${problem}`);
  process.exit(1);
}

const failedChecks = await check();
const leftOut = OPTIONAL.filter((tool) => !tool.find(process.env));
const vitest = await startVitest('test', process.argv.slice(2), {
  run: true,
  watch: false,
  cliExclude: leftOut.map(({ tests }) => tests),
});
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
const broken = vitest.state.getTestModules().filter((module) => module.errors().length > 0);
const errors = vitest.state.getUnhandledErrors();
await vitest.close();

const count = (state: string) => tests.filter((test) => test.result().state === state).length;
const skipped = count('skipped');
const passed = count('passed');
const absent = process.env.CI ? leftOut.length : 0;
const failed = count('failed') + skipped + broken.length + errors.length + failedChecks.length + absent;

for (const { tests, name } of leftOut) console.log(`left out: ${tests}, because there is no ${name}`);
for (const name of failedChecks) console.log(`failed check: ${name}`);
if (skipped > 0) console.log(`${skipped} skipped, which counts as failed`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
