import type { KubeObject } from '../../kube/meta.ts';
import type { Container, Pod, Volume } from '../../kube/pod.ts';
import type { ServiceAccount } from '../../kube/references.ts';
import { isPod } from '../../kube/workload.ts';
import { randomSuffix } from './generate-name.ts';
import { forbidden } from './refusals.ts';
import type { Writing } from './writing.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
/** An hour, and seven seconds by which upstream tells its own volumes from those that people write. */
const EXPIRATION_SECONDS = 3607;

/**
 * What upstream's ServiceAccount admission does to a new pod: the account `default` unless it names one, which must be
 * there (`Forbidden`), the account's pull secrets, and the token's volume in every container that mounts nothing there.
 */
export function admitServiceAccount(writing: Writing, object: KubeObject): KubeObject {
  if (!isPod(object)) return object;
  const { namespace = '', name = '' } = object.metadata;
  const accountName = accountOf(object);
  const account = writing.transaction.get('ServiceAccount', namespace, accountName);
  if (account === undefined) {
    throw forbidden(
      writing.kind,
      name,
      `error looking up service account ${namespace}/${accountName}: serviceaccount ${JSON.stringify(accountName)} not found`,
    );
  }
  const named: Pod = {
    ...object,
    spec: { ...object.spec, serviceAccountName: accountName, serviceAccount: accountName },
  };
  return withToken(withPullSecrets(named, account), account);
}

/** The account that a pod asks for. */
export function accountOf({ spec }: Pod): string {
  return spec.serviceAccountName || spec.serviceAccount || 'default';
}

function withPullSecrets(pod: Pod, { imagePullSecrets = [] }: ServiceAccount): Pod {
  if (imagePullSecrets.length === 0 || (pod.spec.imagePullSecrets ?? []).length > 0) return pod;
  return { ...pod, spec: { ...pod.spec, imagePullSecrets } };
}

function withToken(pod: Pod, account: ServiceAccount): Pod {
  const { spec } = pod;
  const isWanted = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (!isWanted || containers.every(mountsToken)) return pod;
  const existing = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX));
  const volume = existing ?? tokenVolume();
  const mounted = <C extends Container>(container: C): C => withMount(container, volume.name);
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
