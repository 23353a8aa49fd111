import { carriedOut, carriedOutWhere, type Treatments, warned } from '../../core/treatment.ts';
import type { ConfigMap, Secret, ServiceAccount } from '../../kube/references.ts';
import { type FieldTable, fieldTable } from './field-table.ts';
import type { OwnFields } from './own-fields.ts';

const volumes = 'test/integration/pod-volumes.test.ts';
const variables = 'src/node/env/resolve-env.test.ts';
const configMaps = 'src/apiserver/kinds/config-map.test.ts';
const secrets = 'src/apiserver/kinds/secret.test.ts';

const configMapTreatments: Treatments<OwnFields<ConfigMap>> = {
  data: carriedOut(volumes, variables),
  binaryData: carriedOut('src/node/volumes/atomic-writer.test.ts', configMaps),
  immutable: carriedOut(configMaps),
};

const secretTreatments: Treatments<OwnFields<Secret>> = {
  data: carriedOut(volumes, variables),
  stringData: carriedOut(secrets),
  type: warned(
    'no token is put into the Secret: ask for one with kubectl create token',
    (type) => type === 'kubernetes.io/service-account-token',
    secrets,
    'src/node/images/pull-credentials.test.ts',
  ),
  immutable: carriedOut(secrets),
};

const accountTreatments: Treatments<OwnFields<ServiceAccount>> = {
  automountServiceAccountToken: carriedOut('src/apiserver/write/create-object.test.ts'),
  imagePullSecrets: carriedOut('src/apiserver/kinds/pod.test.ts', 'src/node/images/image-puller.test.ts'),
  secrets: carriedOutWhere(
    'shown; which secrets a pod may use is not narrowed by it, as without the annotation in Kubernetes',
    'src/apiserver/kinds.test.ts',
  ),
};

export const configMapFields: readonly FieldTable<ConfigMap>[] = [
  fieldTable('ConfigMap', configMapTreatments, (object) => [[object, []]]),
];

export const secretFields: readonly FieldTable<Secret>[] = [
  fieldTable('Secret', secretTreatments, (object) => [[object, []]]),
];

export const serviceAccountFields: readonly FieldTable<ServiceAccount>[] = [
  fieldTable('ServiceAccount', accountTreatments, (object) => [[object, []]]),
];
