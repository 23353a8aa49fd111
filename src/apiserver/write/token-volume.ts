import type { KubeObject } from '../../kube/meta.ts';
import type { Container, Pod, Volume } from '../../kube/pod.ts';
import { isPod } from '../../kube/workload.ts';
import { randomSuffix } from './generate-name.ts';
import type { Writing } from './writing.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
/** An hour, and seven seconds by which upstream tells its own volumes from those that people write. */
const EXPIRATION_SECONDS = 3607;

/**
 * A new pod with the volume of its account's token, mounted in every container that mounts nothing there: a part of
 * upstream's ServiceAccount admission. The node does the same for pods that it runs alone (decision 0020), and finds it
 * done here.
 */
export function withTokenVolume({ transaction }: Writing, object: KubeObject): KubeObject {
  if (!isPod(object)) return object;
  const { spec } = object;
  const account = transaction.get('ServiceAccount', object.metadata.namespace ?? '', accountOf(object));
  const isWanted = spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (!isWanted || containers.every(mountsToken)) return object;
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX));
  const volume = existing ?? tokenVolume();
  const mounted = <C extends Container>(container: C): C => withMount(container, volume.name);
  const pod: Pod = {
    ...object,
    spec: {
      ...spec,
      containers: spec.containers.map(mounted),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(mounted) }),
      volumes: existing === undefined ? [...(spec.volumes ?? []), volume] : (spec.volumes ?? []),
    },
  };
  return pod;
}

/** The account that a pod asks for. */
export function accountOf({ spec }: Pod): string {
  return spec.serviceAccountName || spec.serviceAccount || 'default';
}

function mountsToken({ volumeMounts }: Container): boolean {
  return (volumeMounts ?? []).some(({ mountPath }) => mountPath === TOKEN_PATH);
}

function withMount<C extends Container>(container: C, volume: string): C {
  if (mountsToken(container)) return container;
  const mount = { name: volume, readOnly: true, mountPath: TOKEN_PATH };
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}

function tokenVolume(): Volume {
  return {
    name: `${VOLUME_PREFIX}${randomSuffix()}`,
    projected: {
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: EXPIRATION_SECONDS } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    },
  };
}
