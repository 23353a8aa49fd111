import {
  carriedOut,
  carriedOutWhere,
  noted,
  type Treatment,
  type Treatments,
  warned,
} from '../../core/treatment.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec } from '../../kube/references.ts';
import type { PersistentVolumeClaimSpec } from '../../kube/volume.ts';
import { type FieldTable, fieldTable } from './field-table.ts';

const claims = 'src/controllers/persistent-volumes/claims.test.ts';
const mounted = 'src/node/volumes/persistent-volume-claim.test.ts';
const scheduled = 'src/controllers/scheduler/scheduler.test.ts';
const claimKind = 'src/apiserver/kinds/persistent-volume-claim.test.ts';
const volumeKind = 'src/apiserver/kinds/persistent-volume.test.ts';
const directories = 'volumes are directories of this machine';
const noAttributes = 'directories have no such attributes';

const claimTreatments: Treatments<PersistentVolumeClaimSpec> = {
  accessModes: carriedOutWhere(
    'they find the volume, and ReadWriteOncePod keeps other pods away; there is one node for the other modes',
    claims,
    scheduled,
  ),
  resources: carriedOutWhere(
    'the request finds the volume; a directory may grow as far as its file system',
    claims,
  ),
  storageClassName: carriedOutWhere(
    'podproof-local, which is the default, makes volumes; of any other class those are bound that are there',
    claims,
  ),
  volumeMode: warned(directories, (mode) => mode === 'Block', claimKind),
  volumeName: carriedOut(claims, mounted),
  selector: carriedOut(claims),
  dataSource: warned('the volume begins empty, or with what its directory holds', undefined, claimKind),
  dataSourceRef: warned('the volume begins empty, or with what its directory holds', undefined, claimKind),
  volumeAttributesClassName: noted(noAttributes, undefined, claimKind),
};

const elsewhere: Treatment<unknown> = warned(
  'only hostPath and local volumes can be mounted',
  undefined,
  volumeKind,
  mounted,
);

const volumeTreatments: Treatments<PersistentVolumeSpec> = {
  capacity: carriedOutWhere('it finds the claim; nothing limits what is written', claims),
  accessModes: carriedOut(claims),
  claimRef: carriedOut(claims),
  persistentVolumeReclaimPolicy: warned(
    'nothing is scrubbed: the volume stays Released, as with Retain',
    (policy) => policy === 'Recycle',
    claims,
    volumeKind,
  ),
  storageClassName: carriedOut(claims),
  mountOptions: warned('a directory is bound as it is', undefined, volumeKind),
  volumeMode: warned(directories, (mode) => mode === 'Block', volumeKind),
  nodeAffinity: carriedOut(scheduled),
  volumeAttributesClassName: noted(noAttributes),
  hostPath: carriedOut(mounted),
  local: carriedOut(mounted),
  awsElasticBlockStore: elsewhere,
  azureDisk: elsewhere,
  azureFile: elsewhere,
  cephfs: elsewhere,
  cinder: elsewhere,
  csi: elsewhere,
  fc: elsewhere,
  flexVolume: elsewhere,
  flocker: elsewhere,
  gcePersistentDisk: elsewhere,
  glusterfs: elsewhere,
  iscsi: elsewhere,
  nfs: elsewhere,
  photonPersistentDisk: elsewhere,
  portworxVolume: elsewhere,
  quobyte: elsewhere,
  rbd: elsewhere,
  scaleIO: elsewhere,
  storageos: elsewhere,
  vsphereVolume: elsewhere,
};

const localTreatments: Treatments<NonNullable<PersistentVolumeSpec['local']>> = {
  path: carriedOut(mounted),
  fsType: noted('block devices are not mounted'),
};

export const claimFields: readonly FieldTable<PersistentVolumeClaim>[] = [
  fieldTable('PersistentVolumeClaimSpec', claimTreatments, ({ spec }) => [[spec, ['spec']]]),
];

export const volumeFields: readonly FieldTable<PersistentVolume>[] = [
  fieldTable('PersistentVolumeSpec', volumeTreatments, ({ spec }) => [[spec, ['spec']]]),
  fieldTable('LocalVolumeSource', localTreatments, ({ spec }) => [[spec.local, ['spec', 'local']]]),
];
