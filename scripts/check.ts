/** `npm run check`: types, lint and arrows side by side, in seconds. */
import { spawn } from 'node:child_process';

type Check = { name: string; command: string; options: string[] };

const CHECKS: Check[] = [
  { name: 'types', command: 'tsc', options: [] },
  {
    name: 'format and lint',
    command: 'biome',
    options: ['check', '--error-on-warnings', '--max-diagnostics=200', '.'],
  },
  { name: 'promises', command: 'oxlint', options: ['--type-aware', '--deny-warnings'] },
  { name: 'arrows bite', command: 'node', options: ['scripts/plant-violations.ts'] },
];

/** Runs one tool of node_modules/.bin (npm puts it first on the PATH) and shows its output only when it fails. */
function run({ name, command, options }: Check): Promise<boolean> {
  const started = performance.now();
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((done) => {
    child.on('error', (error) => {
      console.error(`check  ${name}: ${command} did not start (${error.message}); run npm ci first`);
      done(false);
    });
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (code !== 0) console.error(output);
      console.log(`check  ${code === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${seconds} s`);
      done(code === 0);
    });
  });
}

/** The names of the checks that failed. */
export async function check(): Promise<string[]> {
  const results = await Promise.all(CHECKS.map(run));
  return CHECKS.filter((_, n) => !results[n]).map(({ name }) => name);
}

if (import.meta.main) process.exitCode = (await check()).length > 0 ? 1 : 0;
