import type { Finding } from '../core/finding.ts';
import type { Container, Pod, Volume, VolumeMount } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';

/** Where a container finds its token, `ca.crt` and `namespace`. */
export const tokenMountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The ConfigMap that every namespace of a cluster has; the token volume projects its `ca.crt`. */
const rootCaConfigMap = 'kube-root-ca.crt';
const volumePrefix = 'kube-api-access';
/** An hour, and seven seconds by which upstream tells its own volumes from those that people write. */
const expirationSeconds = 3607;

const none: readonly never[] = Object.freeze([]);

/** Upstream's name ends in five random letters. Ours are fixed, so that the same pod always gives the same volumes. */
const tokenVolume: Volume = Object.freeze({
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
});

const tokenMount: VolumeMount = Object.freeze({
  name: tokenVolume.name,
  mountPath: tokenMountPath,
  readOnly: true,
});

export interface PodWithToken {
  readonly pod: Pod;
  readonly findings: readonly Finding[];
}

/**
 * The pod with its service account's token mounted into every init and main container that mounts nothing there, as
 * the API server's admission does. The pod's own `automountServiceAccountToken` counts before the account's; both unset
 * means yes on a `cluster`. A pod that runs `alone`, here, then gets it only when its account is at hand, else a note
 * says what a cluster would do (decision 0020). Comes after the defaults and before `confine()`. Idempotent.
 */
export function withServiceAccountToken(
  pod: Pod,
  lookup: ObjectLookup,
  where: 'cluster' | 'alone',
): PodWithToken {
  const { metadata, spec } = pod;
  const name = spec.serviceAccountName || spec.serviceAccount || 'default';
  const account = lookup.serviceAccount(metadata.namespace ?? 'default', name);
  const automount = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken;
  if (automount === false) return { pod, findings: none };
  if (spec.containers.every(mountsToken) && (spec.initContainers ?? none).every(mountsToken))
    return { pod, findings: none };
  if (where === 'alone' && account === undefined && automount !== true) {
    return { pod, findings: [notMounted(name)] };
  }
  return { pod: withToken(pod), findings: none };
}

/** Whether a volume is the one that `withServiceAccountToken` adds. */
export function isTokenVolume(name: string): boolean {
  return name.startsWith(volumePrefix);
}

function notMounted(account: string): Finding {
  return {
    severity: 'note',
    code: 'service-account-token-not-mounted',
    message: `on a cluster, the token of service account "${account}" would be mounted at ${tokenMountPath}`,
    path: ['spec', 'automountServiceAccountToken'],
    advice: 'write automountServiceAccountToken: false, or true to have it mounted here as well',
  };
}

function withToken(pod: Pod): Pod {
  const { spec } = pod;
  const existing = spec.volumes?.find(({ name }) => isTokenVolume(name));
  const mount = existing === undefined ? tokenMount : { ...tokenMount, name: existing.name };
  const mounted = <C extends Container>(container: C): C => withTokenMount(container, mount);
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(mounted),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(mounted) }),
      volumes: existing === undefined ? [...(spec.volumes ?? []), tokenVolume] : (spec.volumes ?? []),
    },
  };
}

function mountsToken({ volumeMounts }: Container): boolean {
  return volumeMounts?.some(({ mountPath }) => mountPath === tokenMountPath) ?? false;
}

function withTokenMount<C extends Container>(container: C, mount: VolumeMount): C {
  if (mountsToken(container)) return container;
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}
