/** Finds a Java that is new enough for Keycloak: machines often have an older one in front. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, onPath, runnable } from '#scripts/on-path.ts';
import { ToolMissing } from '#scripts/tool-missing.ts';

const OLDEST = 21;
const JVMS = '/usr/lib/jvm';

/** The home of a JDK of at least version 21: `JAVA_HOME`, the one on the PATH, or one that Debian put aside. */
export function findJdk(env: Environment = process.env, jvms = JVMS): string | undefined {
  const onThePath = onPath(['java'], env);
  const homes = [env.JAVA_HOME, onThePath && homeOf(onThePath), ...list(jvms).map((name) => join(jvms, name))];
  return homes.find((home) => home !== undefined && versionOf(join(home, 'bin/java')) >= OLDEST);
}

/** @throws ToolMissing */
export function provideJdk(env: Environment = process.env, jvms = JVMS): string {
  const home = findJdk(env, jvms);
  if (home) return home;
  throw new ToolMissing(
    `Keycloak needs a JDK of version ${OLDEST} or newer: none at JAVA_HOME, on the PATH or in ${jvms}. Install one, ` +
      'such as temurin-25-jdk or openjdk-21-jdk-headless, or set JAVA_HOME.',
  );
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort().reverse();
  } catch {
    return [];
  }
}

/** Of the program behind all links, which lies in `bin` of its home. */
function homeOf(java: string): string | undefined {
  const { stdout, stderr } = spawnSync(java, ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  return /java\.home = (.+)/.exec(`${stdout}${stderr}`)?.[1]?.trim();
}

function versionOf(java: string): number {
  if (!runnable(java)) return 0;
  const { stdout, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(`${stdout}${stderr}`)?.[1] ?? 0);
}
