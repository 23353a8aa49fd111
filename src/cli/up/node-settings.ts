import type { ClusterSettings } from '../../apiserver/resource-kind.ts';
import { KUBERNETES_VERSION } from '../../core/kubernetes-version.ts';

/** What the API calls itself: the version whose behaviour it shows. */
export const GIT_VERSION: string = `v${KUBERNETES_VERSION}.0`;

/** What a cluster's administrator would have set. */
export function clusterSettings(serviceCidr: string): ClusterSettings {
  return {
    nodeName: 'podproof',
    serviceCidr,
    nodePortRange: { first: 30_000, last: 32_767 },
    clusterDomain: 'cluster.local',
  };
}

/** What pods call the API by: the name of its service in all its lengths, and that service's address. */
export function apiNames({ serviceCidr, clusterDomain }: ClusterSettings): readonly string[] {
  const [network = ''] = serviceCidr.split('/');
  const first = network.replace(/\d+$/, (last) => String(Number(last) + 1));
  return [
    first,
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${clusterDomain}`,
  ];
}
