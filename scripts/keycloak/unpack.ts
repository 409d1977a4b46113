/** Keycloak from the Maven repository, unpacked and built once, so that it starts in a fraction of the time. */
import { spawnSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provideJdk } from '#scripts/keycloak/jdk.ts';
import { onPath } from '#scripts/on-path.ts';
import { ToolMissing } from '#scripts/tool-missing.ts';

export const KEYCLOAK = '26.7.3';
const ARTIFACT = 'keycloak-quarkus-dist';

/** Puts a program `keycloak` into `directory`, which is Keycloak's `kc.sh`, and its distribution beside it. */
export function unpackKeycloak(directory: string): void {
  const home = provideJdk();
  const hint = `Unpack ${ARTIFACT}-${KEYCLOAK}.zip by hand, or install Maven and try again.`;
  if (!onPath(['mvn'], process.env)) throw new ToolMissing(`Keycloak comes by Maven, which is missing. ${hint}`);
  const run = (program: string, args: string[], env: NodeJS.ProcessEnv = process.env) =>
    spawnSync(program, args, { cwd: directory, env, stdio: ['ignore', 2, 'inherit'] }).status === 0;

  console.error(`tools  mvn dependency:copy ${ARTIFACT}:${KEYCLOAK}: 177 MB, half a minute`);
  const artifact = `-Dartifact=org.keycloak:${ARTIFACT}:${KEYCLOAK}:zip`;
  if (!run('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${directory}`]))
    throw new ToolMissing(`Maven could not fetch Keycloak ${KEYCLOAK}. ${hint}`);
  const archive = join(directory, `${ARTIFACT}-${KEYCLOAK}.zip`);
  if (!run(join(home, 'bin/jar'), ['xf', archive]))
    throw new ToolMissing(`${archive} could not be unpacked: is ${home} a whole JDK?`);
  rmSync(archive);
  renameSync(join(directory, `keycloak-${KEYCLOAK}`), join(directory, 'dist'));

  console.error('tools  kc.sh build: a minute');
  if (!run('sh', ['dist/bin/kc.sh', 'build', '--db=dev-file'], { ...process.env, JAVA_HOME: home }))
    throw new ToolMissing(`Keycloak ${KEYCLOAK} could not be built with ${home}.`);
  writeFileSync(join(directory, 'keycloak'), '#!/bin/sh\nexec sh "$(dirname "$0")/dist/bin/kc.sh" "$@"\n');
  chmodSync(join(directory, 'keycloak'), 0o755);
}
