/** The environment that a container would start with, put together as the kubelet does it. */
import { type Container, type Labels, type Manifest, ofKind } from '#tests/chart/manifests.ts';

/** Of the family that a process is told to listen on. */
export const podIp = ({ HOST }: Labels) => (HOST === '::' ? 'fd00:10:42::7' : '10.42.0.7');

/** What an existing Secret of the operator's may hold, by the variable that reads it. */
const STAND_INS: Labels = {
  PARLOR_REGISTRY_KEY: 'ab'.repeat(32),
  REDIS_URL: 'rediss://:stand-in@redis.example.org:6380',
  DATABASE_URL: 'postgres://parlor:stand-in@db.example.org:5432/parlor',
};
const STAND_IN = 'stand-in-0123456789';

/** @throws when something that it refers to is not there. */
export function environmentOf(container: Container, manifests: readonly Manifest[]): Labels {
  const env: Labels = {};
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef?.name);
    if (!map) throw new Error(`There is no ConfigMap ${configMapRef?.name}.`);
    Object.assign(env, map.data);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom?.secretKeyRef) env[name] = secret(name, valueFrom.secretKeyRef, manifests);
    else if (valueFrom?.fieldRef) env[name] = field(valueFrom.fieldRef.fieldPath, env);
    // Only what stands above is known.
    else env[name] = (value ?? '').replace(/\$\(([A-Za-z_]\w*)\)/g, (whole, other) => env[other] ?? whole);
  }
  return env;
}

function secret(variable: string, ref: { name: string; key: string }, manifests: readonly Manifest[]): string {
  const own = ofKind(manifests, 'Secret').find(({ metadata }) => metadata.name === ref.name);
  if (!own) return STAND_INS[variable] ?? STAND_IN;
  const value = own.stringData?.[ref.key];
  if (value === undefined) throw new Error(`The Secret ${ref.name} has no key ${ref.key}.`);
  return value;
}

function field(path: string, env: Labels): string {
  if (path !== 'status.podIP') throw new Error(`The tests do not know the field ${path}.`);
  return podIp(env);
}
