import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findJdk, provideJdk } from '#scripts/keycloak/jdk.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parlor-jdk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Something that answers as `java` does. */
function java(name: string, version: string): string {
  const home = join(folder, name);
  mkdirSync(join(home, 'bin'), { recursive: true });
  const script = `#!/bin/sh\necho 'openjdk version "${version}" 2025-01-01' >&2\necho '    java.home = ${home}' >&2\n`;
  writeFileSync(join(home, 'bin/java'), script);
  chmodSync(join(home, 'bin/java'), 0o755);
  return home;
}

it('[I101] an older Java first on the PATH does not hide a supported one', () => {
  const [old, recent, newest] = [
    java('jvms/jdk-17', '17.0.15'),
    java('jvms/jdk-21', '21.0.2'),
    java('other', '25.0.1'),
  ];
  const jvms = join(folder, 'jvms');
  const PATH = `${join(old, 'bin')}:/bin:/usr/bin`;
  expect(findJdk({ JAVA_HOME: newest, PATH }, jvms)).toBe(newest);
  expect(findJdk({ JAVA_HOME: old, PATH }, jvms)).toBe(recent);
  expect(findJdk({ PATH: `${join(newest, 'bin')}:/bin:/usr/bin` }, jvms)).toBe(newest);
});

it('[I101] without a JDK a sentence says what to install', () => {
  const old = java('jvms/jdk-17', '17.0.15');
  expect(() => provideJdk({ JAVA_HOME: old, PATH: '/nowhere' }, join(folder, 'jvms'))).toThrow(
    /Keycloak needs a JDK of version 21 or newer: none at JAVA_HOME, on the PATH or in .*jvms\. Install one/,
  );
});
