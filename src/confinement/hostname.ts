import type { Pod } from '../kube/pod.ts';

/** Longest name of a host that Linux keeps. */
const maxLength = 63;
const clusterDomain = 'cluster.local';

/** The pod's host name: `spec.hostname`, else its name, cut at 63 characters and without the dashes and dots that leaves. */
export function hostnameOf({ spec, metadata }: Pod): string {
  const { hostnameOverride, hostname = '' } = spec;
  const name = hostnameOverride ?? (hostname === '' ? (metadata.name ?? '') : hostname);
  return name.length <= maxLength ? name : name.slice(0, maxLength).replace(/[-.]+$/, '');
}

/**
 * The name with its domain, when the pod has a `subdomain`: what `setHostnameAsFQDN` makes its host name. A name from
 * `hostnameOverride` has no domain (`GeneratePodHostNameAndDomain` of the kubelet).
 */
export function fullyQualifiedNameOf(pod: Pod): string | undefined {
  const { subdomain, hostnameOverride } = pod.spec;
  if (subdomain === undefined || subdomain === '' || hostnameOverride !== undefined) return undefined;
  const namespace = pod.metadata.namespace ?? 'default';
  return `${hostnameOf(pod)}.${subdomain}.${namespace}.svc.${clusterDomain}`;
}
