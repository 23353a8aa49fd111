import type { Finding } from '../core/finding.ts';
import type { Container, Pod, Volume, VolumeMount } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumeName = 'kube-api-access';

export interface PodWithAccount {
  readonly pod: Pod;
  readonly findings: readonly Finding[];
}

/**
 * The pod with the volume that a cluster's admission adds: a token, the cluster's certificate and the namespace, mounted
 * in every container that mounts nothing else there. Outside a cluster it is added when the manifest asks for it: its
 * set has the ServiceAccount, or the pod says `automountServiceAccountToken: true` (decision 0020).
 */
export function withServiceAccountToken(pod: Pod, lookup: ObjectLookup): PodWithAccount {
  const { namespace = 'default' } = pod.metadata;
  const name = pod.spec.serviceAccountName ?? pod.spec.serviceAccount ?? 'default';
  const account = lookup.serviceAccount(namespace, name);
  const automount = pod.spec.automountServiceAccountToken ?? account?.automountServiceAccountToken;
  if (automount === false || hasTokenVolume(pod)) return { pod, findings: [] };
  if (account === undefined && automount !== true) return { pod, findings: [notMounted(name)] };
  return { pod: withToken(pod), findings: [] };
}

function notMounted(account: string): Finding {
  return {
    severity: 'note',
    code: 'service-account-token-not-mounted',
    message: `on a cluster, the token of service account "${account}" would be mounted at ${mountPath}`,
    path: ['spec', 'automountServiceAccountToken'],
    advice: 'write automountServiceAccountToken: false, or true to have it mounted here as well',
  };
}

function hasTokenVolume(pod: Pod): boolean {
  return (pod.spec.volumes ?? []).some(({ name }) => name.startsWith(volumeName));
}

function withToken(pod: Pod): Pod {
  const { spec } = pod;
  const containers = spec.containers.map(withMount);
  const initContainers = spec.initContainers?.map(withMount);
  return {
    ...pod,
    spec: {
      ...spec,
      volumes: [...(spec.volumes ?? []), tokenVolume],
      containers,
      ...(initContainers === undefined ? {} : { initContainers }),
    },
  };
}

function withMount(container: Container): Container {
  const mounts = container.volumeMounts ?? [];
  if (mounts.some((mount) => mount.mountPath === mountPath)) return container;
  const mount: VolumeMount = { name: volumeName, mountPath, readOnly: true };
  return { ...container, volumeMounts: [...mounts, mount] };
}

const tokenVolume: Volume = {
  name: volumeName,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
};
