/** What is secret is in Secrets, and nowhere else. */
import { containersOf, idOf, type Manifest, ofKind, podsOf } from '#tests/chart/manifests.ts';

const TELLING = /pass|secret|token|credential|private|(^|_)key($|_)/i;
/** A value that is a reference, a path or a placeholder tells nothing. */
const HARMLESS = /^(\$\([A-Z_]+\)|\/[\w./-]+|\$\{\w+\})?$/;
/** The value of a variable that is named like a secret, or a URL with a password in it. */
const PASSWORD_IN_URL = /[a-z]+:\/\/[^/\s:@]*:(?!\$[({])[^/\s@]+@/;

/** Every secret that the release knows, from its own Secrets; the seed, too. */
export function kept(manifests: readonly Manifest[], seed: string): string[] {
  return [
    seed,
    ...ofKind(manifests, 'Secret').flatMap(({ stringData = {}, data = {} }) =>
      Object.values({ ...stringData, ...data }),
    ),
  ];
}

export function secretive(manifests: readonly Manifest[], seed: string): string[] {
  const secrets = kept(manifests, seed).flatMap((one) => [one, Buffer.from(one).toString('base64')]);
  const found: string[] = [];
  for (const manifest of manifests) {
    if (manifest.kind === 'Secret') continue;
    const text = JSON.stringify(manifest);
    if (secrets.some((secret) => text.includes(secret))) found.push(`${idOf(manifest)} holds a secret`);
    if (PASSWORD_IN_URL.test(text)) found.push(`${idOf(manifest)} holds a password in an address`);
  }
  for (const map of ofKind(manifests, 'ConfigMap')) {
    for (const [key, value] of Object.entries(map.data ?? {}))
      if (TELLING.test(key) && !HARMLESS.test(value)) found.push(`${idOf(map)}: ${key} is named like a secret`);
    for (const [file, text] of Object.entries(map.data ?? {}))
      if (file.endsWith('.json'))
        for (const name of writtenOut(JSON.parse(text))) found.push(`${idOf(map)}: ${name} is written out in ${file}`);
  }
  for (const pod of podsOf(manifests))
    for (const { name, env = [] } of containersOf(pod))
      for (const { name: variable, value = '' } of env)
        if (TELLING.test(variable) && !HARMLESS.test(value))
          found.push(`${pod.id}: ${name} has ${variable} written out`);
  return found;
}

/** Fields of a realm that hold a secret themselves, and not the name of an environment variable that does. */
function writtenOut(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    /^(secret|password|clientSecret|privateKey)$/.test(name) && typeof inner === 'string' && !HARMLESS.test(inner)
      ? [name]
      : writtenOut(inner),
  );
}
