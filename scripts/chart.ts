/** `npm run chart`: provides helm and the schemas of Kubernetes, once, and holds the chart against them and its rules. */
import { spawnSync } from 'node:child_process';
import { helm, kubernetesValidate, ToolMissing } from '#scripts/tools.ts';

try {
  for (const { name, version, provide } of [helm, kubernetesValidate])
    console.log(`chart  ${name} ${version}: ${provide()}`);
} catch (error) {
  if (!(error instanceof ToolMissing)) throw error;
  console.error(`\n${error.message}`);
  process.exit(1);
}
const options = ['run', '--project', 'chart', ...process.argv.slice(2)];
const { status } = spawnSync('vitest', options, { stdio: 'inherit' });
process.exitCode = status ?? 1;
