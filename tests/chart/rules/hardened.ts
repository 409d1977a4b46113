/** Pods as the `restricted` pod security standard has them, and somewhat more. */
import { containersOf, type Manifest, podsOf } from '#tests/chart/manifests.ts';

/** Complaints; none when all is well. */
export function hardened(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap((pod) => {
    const { id, spec, labels } = pod;
    const found: string[] = [];
    const expect = (what: string, holds: boolean) => {
      if (!holds) found.push(`${id}: ${what}`);
    };
    expect('mounts a token for the API server', spec.automountServiceAccountToken === false);
    expect('takes in service links', spec.enableServiceLinks === false);
    expect('shares something with its node', !spec.hostNetwork && !spec.hostPID && !spec.hostIPC);
    expect('may have a sidecar', labels['sidecar.istio.io/inject'] === 'false');
    const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext ?? {};
    expect('may be root', runAsNonRoot === true && Number(runAsUser) > 0);
    expect('has no seccomp profile', (seccompProfile as { type?: string })?.type === 'RuntimeDefault');
    for (const volume of spec.volumes ?? []) expect(`mounts ${volume.name} from its node`, !('hostPath' in volume));
    for (const { name, securityContext: own = {}, resources, ports = [] } of containersOf(pod)) {
      const { drop = [], add = [] } = own.capabilities ?? {};
      expect(`${name} may gain privileges`, own.allowPrivilegeEscalation === false && !own.privileged);
      expect(`${name} may write to its image`, own.readOnlyRootFilesystem === true);
      expect(`${name} may be root`, own.runAsNonRoot === true && own.runAsUser !== 0);
      expect(`${name} keeps capabilities`, drop.includes('ALL') && add.length === 0);
      expect(`${name} takes its seccomp profile back`, own.seccompProfile === undefined);
      expect(`${name} asks for no CPU or memory`, !!resources?.requests?.cpu && !!resources.requests.memory);
      expect(`${name} has no end of memory`, !!resources?.limits?.memory);
      expect(
        `${name} takes a port of its node`,
        ports.every(({ hostPort }) => hostPort === undefined),
      );
    }
    return found;
  });
}

const DIGEST = '@sha256:[0-9a-f]{64}';
const TAG = ':(?!latest(?:@|$))\\w[\\w.-]{0,127}';
/** `registry:5000/name:tag`: a port is no tag. */
const PINNED = new RegExp(`^[^@]*[^@/:](?:${TAG}(?:${DIGEST})?|${DIGEST})$`);

/** A version or a digest, and never what moves. */
export function pinned(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap((pod) =>
    containersOf(pod)
      .filter(({ image }) => !PINNED.test(image))
      .map(({ name, image }) => `${pod.id}: ${name} runs ${image}`),
  );
}
