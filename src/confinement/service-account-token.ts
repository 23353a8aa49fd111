import type { Container, Pod, Volume } from '../kube/pod.ts';
import type { ServiceAccount } from '../kube/references.ts';

/** Where a container finds its token, `ca.crt` and `namespace`. */
export const tokenMountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The ConfigMap that every namespace of a cluster has; the token volume projects its `ca.crt`. */
export const rootCaConfigMap = 'kube-root-ca.crt';
const volumePrefix = 'kube-api-access';
/** An hour, and seven seconds by which upstream tells its own volumes from those that people write. */
const expirationSeconds = 3607;

/**
 * The pod with its service account's token mounted into every init and main container that mounts nothing there, as
 * the API server's admission does. Comes after the defaults and before `confine()`, for predictions and runs alike.
 * The pod's own `automountServiceAccountToken` counts before the account's; both unset means yes. Idempotent.
 */
export function withServiceAccountToken(pod: Pod, serviceAccount: ServiceAccount | undefined): Pod {
  const { spec } = pod;
  const automount = spec.automountServiceAccountToken ?? serviceAccount?.automountServiceAccountToken ?? true;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (!automount || containers.every(mountsToken)) return pod;
  const existing = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix));
  const volume = existing ?? tokenVolume();
  const mounted = <C extends Container>(container: C): C => withTokenMount(container, volume.name);
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(mounted),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(mounted) }),
      volumes: existing === undefined ? [...(spec.volumes ?? []), volume] : (spec.volumes ?? []),
    },
  };
}

/** Whether a volume is the one that `withServiceAccountToken` adds. */
export function isTokenVolume(name: string): boolean {
  return name.startsWith(volumePrefix);
}

function mountsToken({ volumeMounts }: Container): boolean {
  return (volumeMounts ?? []).some(({ mountPath }) => mountPath === tokenMountPath);
}

function withTokenMount<C extends Container>(container: C, volume: string): C {
  if (mountsToken(container)) return container;
  const mount = { name: volume, mountPath: tokenMountPath, readOnly: true };
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}

/** Upstream's name ends in five random letters. Ours are fixed, so that the same pod always gives the same volumes. */
function tokenVolume(): Volume {
  return {
    name: `${volumePrefix}-token`,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds } },
        { configMap: { name: rootCaConfigMap, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  };
}
