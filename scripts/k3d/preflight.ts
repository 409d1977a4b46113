/** What has to be here before a cluster can be made, and who to ask for it. */
import { spawnSync } from 'node:child_process';
import { type Environment, onPath } from '#scripts/on-path.ts';

const NEEDED = {
  docker: 'a container engine: https://docs.docker.com/engine/install',
  k3d: 'version 5.6 or newer: https://k3d.io/stable/#installation',
  helm: 'version 3.16 or newer: https://helm.sh/docs/intro/install, or npm run tools -- helm',
  kubectl: 'https://kubernetes.io/docs/tasks/tools',
} as const;

/** A sentence for each thing that is missing; none when it may begin. */
export function missing(env: Environment): string[] {
  const found = Object.entries(NEEDED)
    .filter(([name]) => !onPath([name], env))
    .map(([name, hint]) => `${name} is not on the PATH (${hint}).`);
  if (onPath(['docker'], env) && spawnSync('docker', ['info'], { stdio: 'ignore', env }).status !== 0)
    found.push('docker has no engine to talk to: start it, or say where it is by DOCKER_HOST.');
  return found;
}
