/** Custom resources, each held against the model that is generated from its CRD. */
import { Gateway } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway';
import { HTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { AuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import { PeerAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication';
import { RequestAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/RequestAuthentication';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { idOf, type Manifest } from '#tests/chart/manifests.ts';

type Model = { apiVersion: string; kind: string; prototype: { validate(): void } };

const MODELS: readonly Model[] = [
  Gateway,
  HTTPRoute,
  AuthorizationPolicy,
  PeerAuthentication,
  RequestAuthentication,
  ScaledObject,
  ServiceMonitor,
];

const modelOf = ({ apiVersion, kind }: Manifest) =>
  MODELS.find((model) => model.apiVersion === apiVersion && model.kind === kind);

/** All others are Kubernetes' own, and for kubernetes-validate. */
const GROUPS = ['gateway.networking.k8s.io', 'security.istio.io', 'keda.sh', 'monitoring.coreos.com'];
export const isCustom = ({ apiVersion }: Manifest) => GROUPS.includes(apiVersion.split('/')[0] ?? '');

/** Complaints of the model, and each field that it does not know. */
export function invalid(manifest: Manifest): string[] {
  const model = modelOf(manifest);
  if (!model) return [`${idOf(manifest)}: there is no model of ${manifest.apiVersion} ${manifest.kind}`];
  const { watched, unread } = watch(manifest.spec, 'spec');
  try {
    // Not by its constructor, which would copy what is watched.
    model.prototype.validate.call({ ...manifest, spec: watched });
  } catch (error) {
    return [`${idOf(manifest)}: ${(error as Error).message}`];
  }
  return unread().map((path) => `${idOf(manifest)}: ${path} is not a field of ${manifest.kind}`);
}

/**
 * The models let unknown fields pass. They ask for every field that they know, though, and for no other: what is
 * never read is unknown. A map of any names is read by listing it.
 */
function watch<T extends object>(object: T, path: string): { watched: T; unread(): string[] } {
  const read = new Set<string>();
  const all: string[] = [];
  const wrap = (value: unknown, at: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const keys = Object.keys(value);
    for (const key of keys) all.push(`${at}.${key}`);
    const inside = new Map(keys.map((key) => [key, wrap((value as Record<string, unknown>)[key], `${at}.${key}`)]));
    return new Proxy(value, {
      get(target, key, receiver) {
        if (typeof key !== 'string') return Reflect.get(target, key, receiver);
        read.add(`${at}.${key}`);
        return inside.get(key) ?? Reflect.get(target, key, receiver);
      },
    });
  };
  const watched = wrap(object, path) as T;
  return { watched, unread: () => all.filter((one) => !read.has(one)) };
}
