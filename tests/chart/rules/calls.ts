/** Who may call whom, as NetworkPolicies say it from both ends, and as the mesh says it. */
import {
  containersOf,
  type Fields,
  type Manifest,
  ofKind,
  type PodTemplate,
  podsOf,
  selects,
} from '#tests/chart/manifests.ts';

const HBONE = 15008;
export const ANYONE = 'anyone';
export const GATEWAY = 'gateway';
export const PROMETHEUS = 'prometheus';
const ISTIOD = 'istiod';

/** `caller > callee:port`, sorted; each once. */
export type Calls = string[];
const sorted = (calls: Iterable<string>): Calls => [...new Set(calls)].sort();

const policies = (manifests: readonly Manifest[]) => ofKind(manifests, 'NetworkPolicy');
const appliesTo = (policy: Manifest, { labels }: PodTemplate) => selects(policy.spec.podSelector, labels);

/** A pod without a policy for a direction is open in it. */
export function uncovered(manifests: readonly Manifest[]): string[] {
  return podsOf(manifests).flatMap((pod) => {
    const own = policies(manifests).filter((policy) => appliesTo(policy, pod));
    return ['Ingress', 'Egress']
      .filter((way) => !own.some(({ spec }) => spec.policyTypes?.includes(way)))
      .map((way) => `${pod.id} has no NetworkPolicy for ${way}`);
  });
}

/** Names of who a peer is. Our pods, or one of the outsiders that are known here. */
function namesOf(peer: Fields, pods: readonly PodTemplate[]): string[] {
  if (peer.ipBlock) return [peer.ipBlock.cidr === '169.254.7.127/32' ? 'kubelet' : ANYONE];
  const namespace = peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
  if (peer.podSelector?.matchLabels?.['gateway.networking.k8s.io/gateway-name']) return [GATEWAY];
  if (peer.podSelector?.matchLabels?.['k8s-app'] === 'kube-dns') return ['dns'];
  if (namespace === 'istio-system') return [ISTIOD];
  if (namespace !== undefined) return [PROMETHEUS];
  if (peer.namespaceSelector) return [ANYONE];
  return pods.filter(({ labels }) => selects(peer.podSelector, labels)).map(({ component }) => component);
}

function fromRules(manifests: readonly Manifest[], way: 'ingress' | 'egress'): Calls {
  const pods = podsOf(manifests);
  const calls: string[] = [];
  for (const pod of pods)
    for (const { spec } of policies(manifests).filter((policy) => appliesTo(policy, pod)))
      for (const rule of spec[way] ?? []) {
        const peers: Fields[] = (way === 'ingress' ? rule.from : rule.to) ?? [];
        const names = peers.length === 0 ? [ANYONE] : peers.flatMap((peer) => namesOf(peer, pods));
        const ports: (string | number)[] = rule.ports?.map(({ port }: { port: number }) => port) ?? ['every'];
        for (const name of names.filter((one) => one !== 'kubelet' && one !== 'dns'))
          for (const port of ports.filter((one) => one !== HBONE))
            calls.push(way === 'ingress' ? `${name} > ${pod.component}:${port}` : `${pod.component} > ${name}:${port}`);
      }
  return sorted(calls);
}

export const admitted = (manifests: readonly Manifest[]) => fromRules(manifests, 'ingress');
export const sent = (manifests: readonly Manifest[]) => fromRules(manifests, 'egress');

/** One end lets it through and the other does not: it would not work, or is more than is needed. */
export function lopsided(manifests: readonly Manifest[]): string[] {
  const components = new Set(podsOf(manifests).map(({ component }) => component));
  const between = (calls: Calls) =>
    calls.filter((call) =>
      call
        .split(/ > |:/)
        .slice(0, 2)
        .every((one) => components.has(one)),
    );
  const [ingress, egress] = [between(admitted(manifests)), between(sent(manifests))];
  return [
    ...ingress.filter((call) => !egress.includes(call)).map((call) => `${call} is let in, but not out`),
    ...egress.filter((call) => !ingress.includes(call)).map((call) => `${call} is let out, but not in`),
  ];
}

/** In a mesh each rule must also let ztunnel's own port through, or nothing arrives. */
export function withoutTunnel(manifests: readonly Manifest[]): string[] {
  const named = (ports: { port: number }[] = []) => ports.map(({ port }) => port);
  return policies(manifests).flatMap(({ metadata, spec }) =>
    [...(spec.ingress ?? []), ...(spec.egress ?? [])]
      .filter(({ from, to, ports }) => {
        const peers: Fields[] = from ?? to ?? [];
        const toNames = peers.some((peer) => peer.podSelector?.matchLabels?.['k8s-app'] === 'kube-dns');
        return !toNames && ports && !named(ports).includes(HBONE);
      })
      .map(({ ports }) => `NetworkPolicy/${metadata.name}: port ${named(ports)} without ${HBONE}`),
  );
}

/** What AuthorizationPolicies allow; `anyone` where a rule names nobody. */
export function allowed(manifests: readonly Manifest[]): Calls {
  const pods = podsOf(manifests);
  const accounts = new Map(pods.map(({ spec, component }) => [spec.serviceAccountName, component]));
  const calls: string[] = [];
  for (const pod of pods)
    for (const { spec } of ofKind(manifests, 'AuthorizationPolicy').filter(({ spec }) =>
      selects(spec.selector, pod.labels),
    ))
      for (const { from, to } of spec.rules ?? []) {
        const names: string[] = from
          ? from.flatMap(({ source }: Fields) => [
              ...(source.principals ?? []).map((one: string) => accounts.get(one.split('/').at(-1)) ?? GATEWAY),
              ...(source.namespaces ?? []).map(() => PROMETHEUS),
            ])
          : [ANYONE];
        for (const { operation } of to)
          for (const port of operation.ports)
            for (const name of names) calls.push(`${name} > ${pod.component}:${port}`);
      }
  return sorted(calls);
}

/** The mesh's part: mutual TLS everywhere, nothing allowed that is not named, no account shared by two. */
export function loose(manifests: readonly Manifest[]): string[] {
  const on = (kind: string, { labels }: PodTemplate) =>
    ofKind(manifests, kind).filter(({ spec }) => selects(spec.selector ?? {}, labels));
  const accounts = podsOf(manifests).map(({ spec }) => spec.serviceAccountName);
  return podsOf(manifests).flatMap((pod) => {
    const found: string[] = [];
    if (pod.labels['istio.io/dataplane-mode'] !== 'ambient') found.push(`${pod.id} is not in the mesh`);
    const modes = on('PeerAuthentication', pod).map(({ spec }) => spec.mtls.mode);
    if (modes.length === 0 || modes.some((mode) => mode !== 'STRICT')) found.push(`${pod.id} takes plain text`);
    const denies = on('AuthorizationPolicy', pod).some(({ spec }) => !spec.rules?.length && spec.action !== 'DENY');
    if (!denies) found.push(`${pod.id} is under no policy that denies`);
    if (accounts.filter((account) => account === pod.spec.serviceAccountName).length > 1)
      found.push(`${pod.id} shares its service account`);
    return found;
  });
}

/** Ports that nobody listens on. */
export function idle(calls: Calls, manifests: readonly Manifest[]): string[] {
  const listening = new Set(
    podsOf(manifests).flatMap((pod) =>
      containersOf(pod).flatMap(({ ports = [] }) =>
        ports.map(({ containerPort }) => `${pod.component}:${containerPort}`),
      ),
    ),
  );
  return calls.filter((call) => !listening.has(call.split(' > ')[1] ?? ''));
}
