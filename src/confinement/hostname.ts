import type { Pod } from '../kube/pod.ts';

/** Longest name of a host that Linux keeps. */
const maxLength = 63;
const clusterDomain = 'cluster.local';

/** The pod's host name: `spec.hostname`, else its name, cut at 63 characters and without the dashes and dots that leaves. */
export function hostnameOf({ spec, metadata }: Pod): string {
  if (spec.hostnameOverride !== undefined) return spec.hostnameOverride;
  const name = spec.hostname !== undefined && spec.hostname !== '' ? spec.hostname : (metadata.name ?? '');
  return name.length <= maxLength ? name : name.slice(0, maxLength).replace(/[-.]+$/, '');
}

/** The name with its domain, when the pod has a `subdomain`: what `setHostnameAsFQDN` makes its host name. */
export function fullyQualifiedNameOf(pod: Pod): string | undefined {
  const { subdomain } = pod.spec;
  if (subdomain === undefined || subdomain === '') return undefined;
  const namespace = pod.metadata.namespace ?? 'default';
  return `${hostnameOf(pod)}.${subdomain}.${namespace}.svc.${clusterDomain}`;
}
