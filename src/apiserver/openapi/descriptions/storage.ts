import type { Descriptions } from './description.ts';

const DEFAULT_MODE = 'The permissions of the files: 0644 in YAML, 420 in JSON. Default: 0644.';
const ITEMS = 'Which keys, and under what paths. Without it, all.';
const OPTIONAL = 'With true, it need not be there.';

/** Data, and how containers get at it. */
export const STORAGE: Descriptions = {
  ConfigMap: {
    type: 'Texts for pods, by key.',
    fields: {
      data: 'The texts.',
      binaryData: 'What is no text, as base64.',
      immutable: 'With true, it can only be deleted.',
    },
  },
  Secret: {
    type: 'The same as a ConfigMap for what not everybody shall read. Values are base64.',
    fields: {
      data: 'The values, as base64.',
      stringData: 'The values as they are; written into data.',
      type: 'Opaque, kubernetes.io/dockerconfigjson, kubernetes.io/tls, ... Default: Opaque.',
      immutable: 'With true, it can only be deleted.',
    },
  },
  Volume: {
    type: 'Something that containers can mount: a name and one source.',
    fields: {
      name: 'By which volumeMounts name it.',
      emptyDir: 'An empty directory that lives as long as the pod.',
      configMap: 'The keys of a ConfigMap as files.',
      secret: 'The keys of a Secret as files, in memory.',
      projected: 'Several of these in one directory.',
      downwardAPI: 'Fields of the pod as files.',
      hostPath: 'A file or directory of the node.',
      persistentVolumeClaim: 'What a claim is bound to.',
      ephemeral: 'A claim of its own that lives as long as the pod.',
      image: 'The files of an image, read-only.',
    },
  },
  EmptyDirVolumeSource: {
    type: 'An empty directory that lives as long as the pod.',
    fields: {
      medium: 'Memory makes it a tmpfs. Default: the disk.',
      sizeLimit: 'With more the pod is evicted.',
    },
  },
  ConfigMapVolumeSource: {
    type: 'The keys of a ConfigMap as files.',
    fields: { name: 'Which.', items: ITEMS, defaultMode: DEFAULT_MODE, optional: OPTIONAL },
  },
  SecretVolumeSource: {
    type: 'The keys of a Secret as files, in memory.',
    fields: { secretName: 'Which.', items: ITEMS, defaultMode: DEFAULT_MODE, optional: OPTIONAL },
  },
  HostPathVolumeSource: {
    type: 'A file or directory of the node.',
    fields: {
      path: 'Where on the node.',
      type: 'What must be there: Directory, File, Socket, ...; DirectoryOrCreate and FileOrCreate make it.',
    },
  },
  ImageVolumeSource: {
    type: 'The files of an image, read-only.',
    fields: { reference: 'Which image.', pullPolicy: 'Always, IfNotPresent or Never.' },
  },
  ProjectedVolumeSource: {
    type: 'Several sources in one directory.',
    fields: { sources: 'Which.', defaultMode: DEFAULT_MODE },
  },
  PersistentVolumeClaimVolumeSource: {
    type: 'What a claim of the same namespace is bound to.',
    fields: { claimName: 'Which claim.', readOnly: 'Whether it can only be read. Default: false.' },
  },
  PersistentVolumeClaim: { type: 'Asks for a volume that outlives pods.' },
  PersistentVolumeClaimSpec: {
    type: 'What volume is asked for.',
    fields: {
      accessModes: 'ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.',
      resources: 'How large: requests.storage.',
      storageClassName:
        'Which class makes it; an empty text asks for one that is there. Default: podproof-local.',
      volumeName: 'Which volume, by name.',
      selector: 'Labels that the volume must have.',
      volumeMode: 'Filesystem. Default: Filesystem.',
    },
  },
  PersistentVolume: { type: 'A volume that outlives pods.' },
  PersistentVolumeSpec: {
    type: 'Where it is, how large, and what becomes of it.',
    fields: {
      capacity: 'How large: storage.',
      accessModes: 'ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.',
      persistentVolumeReclaimPolicy: 'Retain or Delete: what is done when its claim is gone.',
      storageClassName: 'Its class: claims of the same can be bound to it.',
      claimRef: 'The claim that it is bound to or kept for.',
      hostPath: 'A directory of the node.',
      local: 'The same; its nodeAffinity says of which.',
      nodeAffinity: 'From which nodes it can be reached.',
      volumeMode: 'Filesystem. Default: Filesystem.',
    },
  },
};
