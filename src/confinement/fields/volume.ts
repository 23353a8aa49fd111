import { carriedOut, refused, type Treatments } from '../../core/treatment.ts';
import type { EmptyDirVolumeSource, VolumeProjection, VolumeSource } from '../../kube/volume.ts';

const mounts = 'src/confinement/mounts.test.ts';
const needsDriver = 'this kind of volume needs a driver or a cluster';
const removed = 'this kind of volume is no longer part of Kubernetes';

export const volumeTreatments: Treatments<VolumeSource> = {
  emptyDir: carriedOut(mounts),
  configMap: carriedOut(mounts),
  secret: carriedOut(mounts),
  downwardAPI: carriedOut(mounts),
  projected: carriedOut(mounts),
  hostPath: carriedOut(mounts),
  persistentVolumeClaim: carriedOut(mounts),
  image: carriedOut(mounts),
  ephemeral: refused('its claim needs a provisioner'),
  nfs: refused(needsDriver),
  csi: refused(needsDriver),
  iscsi: refused(needsDriver),
  fc: refused(needsDriver),
  awsElasticBlockStore: refused(needsDriver),
  azureDisk: refused(needsDriver),
  azureFile: refused(needsDriver),
  cephfs: refused(removed),
  cinder: refused(needsDriver),
  flexVolume: refused(needsDriver),
  flocker: refused(removed),
  gcePersistentDisk: refused(needsDriver),
  gitRepo: refused('disabled in Kubernetes, because it runs git as root on the node'),
  glusterfs: refused(removed),
  photonPersistentDisk: refused(removed),
  portworxVolume: refused(needsDriver),
  quobyte: refused(removed),
  rbd: refused(removed),
  scaleIO: refused(removed),
  storageos: refused(removed),
  vsphereVolume: refused(needsDriver),
};

export const emptyDirTreatments: Treatments<EmptyDirVolumeSource> = {
  medium: refused('huge pages are not mounted here', (medium) => medium.startsWith('HugePages')),
  sizeLimit: carriedOut('test/integration/pod-volumes.test.ts'),
};

export const projectionTreatments: Treatments<VolumeProjection> = {
  configMap: carriedOut('test/integration/pod-volumes.test.ts'),
  secret: carriedOut('test/integration/pod-volumes.test.ts'),
  downwardAPI: carriedOut('test/integration/pod-volumes.test.ts'),
  serviceAccountToken: carriedOut('src/confinement/service-account-token.test.ts'),
  clusterTrustBundle: refused('trust bundles need a cluster'),
  podCertificate: refused('pod certificates need a cluster'),
};
