import {
  type ControlTweaks,
  DEFAULT_CAPABILITIES,
  inAllContainers,
  ofEachContainer,
  ofPodAndEachContainer,
  windowsWithout,
} from './tweak.ts';

const FORBIDDEN_SOURCES: Readonly<Record<string, unknown>> = {
  hostPath: { path: '/srv' },
  gcePersistentDisk: { pdName: 'disk' },
  awsElasticBlockStore: { volumeID: 'disk' },
  gitRepo: { repository: 'https://git.example.com/app.git' },
  nfs: { server: 'nfs.example.com', path: '/srv' },
  iscsi: { targetPortal: '192.0.2.1:3260', iqn: 'iqn.2001-04.com.example:storage', lun: 0 },
  glusterfs: { endpoints: 'cluster', path: 'data' },
  rbd: { monitors: ['192.0.2.1:6789'], image: 'disk' },
  flexVolume: { driver: 'example.com/disk' },
  cinder: { volumeID: 'disk' },
  cephfs: { monitors: ['192.0.2.1:6789'] },
  flocker: { datasetName: 'data' },
  fc: { wwids: ['3600508b400105e210000900000490000'] },
  azureFile: { secretName: 'share', shareName: 'data' },
  vsphereVolume: { volumePath: '[store] data.vmdk' },
  quobyte: { registry: 'quobyte.example.com:7861', volume: 'data' },
  azureDisk: { diskName: 'disk', diskURI: 'https://disk.example.com/data.vhd' },
  photonPersistentDisk: { pdID: 'disk' },
  portworxVolume: { volumeID: 'disk' },
  scaleIO: { gateway: 'https://scaleio.example.com', system: 'storage', secretRef: { name: 'storage' } },
  storageos: { volumeName: 'data' },
};

/** The controls that only the restricted level has. */
export const RESTRICTED_TWEAKS: readonly ControlTweaks[] = [
  {
    check: 'allowPrivilegeEscalation',
    restricted: ['v1.8'],
    pass: [
      {
        what: 'a pod for Windows that does not set it',
        from: 'v1.25',
        set: windowsWithout('securityContext.allowPrivilegeEscalation'),
      },
    ],
    fail: [
      ...ofEachContainer('securityContext.allowPrivilegeEscalation', true),
      ...ofEachContainer('securityContext.allowPrivilegeEscalation', undefined),
      {
        what: 'a pod for Windows that does not set it',
        until: 'v1.25',
        set: windowsWithout('securityContext.allowPrivilegeEscalation'),
      },
      {
        what: 'a pod for Linux that does not set it',
        set: { 'pod.os': { name: 'linux' }, 'main.securityContext.allowPrivilegeEscalation': undefined },
      },
    ],
  },
  {
    check: 'capabilities_restricted',
    restricted: ['v1.22'],
    pass: [
      {
        what: 'ALL dropped, NET_BIND_SERVICE added',
        set: inAllContainers('securityContext.capabilities', { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }),
      },
      {
        what: 'ALL among others',
        set: inAllContainers('securityContext.capabilities', { drop: ['CHOWN', 'ALL'], add: [] }),
      },
      {
        what: 'a pod for Windows without capabilities',
        from: 'v1.25',
        set: windowsWithout('securityContext.capabilities'),
      },
    ],
    fail: [
      ...ofEachContainer('securityContext.capabilities', undefined),
      ...ofEachContainer('securityContext.capabilities', { drop: [] }),
      ...ofEachContainer('securityContext.capabilities', { drop: ['ALL'], add: ['CHOWN'] }),
      {
        what: 'all of the default set dropped by name',
        set: { 'main.securityContext.capabilities': { drop: [...DEFAULT_CAPABILITIES, 'NET_RAW'] } },
      },
      { what: 'all in small letters', set: { 'main.securityContext.capabilities': { drop: ['all'] } } },
      {
        what: 'a pod for Windows without capabilities',
        until: 'v1.25',
        set: windowsWithout('securityContext.capabilities'),
      },
    ],
  },
  {
    check: 'procMount_restricted',
    restricted: ['v1.35'],
    pass: [
      {
        what: 'Default in a user namespace',
        set: { 'pod.hostUsers': false, ...inAllContainers('securityContext.procMount', 'Default') },
      },
    ],
    fail: [
      ...ofEachContainer('securityContext.procMount', 'Unmasked'),
      {
        what: 'Unmasked in a user namespace',
        set: { 'pod.hostUsers': false, 'main.securityContext.procMount': 'Unmasked' },
      },
    ],
  },
  {
    check: 'restrictedVolumes',
    restricted: ['v1.0'],
    pass: [
      {
        what: 'every allowed kind',
        set: {
          'pod.volumes': [
            { name: 'a', configMap: { name: 'config' } },
            { name: 'b', csi: { driver: 'csi.example.com' } },
            { name: 'c', downwardAPI: { items: [] } },
            { name: 'd', emptyDir: {} },
            {
              name: 'e',
              ephemeral: {
                volumeClaimTemplate: {
                  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
                },
              },
            },
            { name: 'f', image: { reference: 'registry.example.com/data:1' } },
            { name: 'g', persistentVolumeClaim: { claimName: 'data' } },
            { name: 'h', projected: { sources: [] } },
            { name: 'i', secret: { secretName: 'key' } },
          ],
        },
      },
      {
        what: 'no source at all, which is an emptyDir',
        set: { 'pod.volumes': [{ name: 'a' }] },
      },
    ],
    fail: Object.entries(FORBIDDEN_SOURCES).map(([kind, source]) => ({
      what: kind,
      set: {
        'pod.volumes': [
          { name: 'scratch', emptyDir: {} },
          { name: 'data', [kind]: source },
        ],
      },
    })),
  },
  {
    check: 'runAsNonRoot',
    restricted: ['v1.0'],
    pass: [
      {
        what: 'true in every container, nothing in the pod',
        set: {
          'pod.securityContext.runAsNonRoot': undefined,
          ...inAllContainers('securityContext.runAsNonRoot', true),
        },
      },
      {
        what: 'false in a user namespace',
        from: 'v1.35',
        set: { 'pod.hostUsers': false, 'pod.securityContext.runAsNonRoot': false },
      },
      {
        what: 'nothing in a user namespace',
        from: 'v1.35',
        set: { 'pod.hostUsers': false, 'pod.securityContext.runAsNonRoot': undefined },
      },
    ],
    fail: [
      ...ofPodAndEachContainer('securityContext.runAsNonRoot', false),
      { what: 'nothing anywhere', set: { 'pod.securityContext.runAsNonRoot': undefined } },
      {
        what: 'true in one container only',
        set: { 'pod.securityContext.runAsNonRoot': undefined, 'main.securityContext.runAsNonRoot': true },
      },
      {
        what: 'false in the pod, true in every container',
        set: {
          'pod.securityContext.runAsNonRoot': false,
          ...inAllContainers('securityContext.runAsNonRoot', true),
        },
      },
      {
        what: 'false in a user namespace',
        until: 'v1.35',
        set: { 'pod.hostUsers': false, 'pod.securityContext.runAsNonRoot': false },
      },
      {
        what: 'a uid in place of it',
        set: { 'pod.securityContext.runAsNonRoot': undefined, 'pod.securityContext.runAsUser': 1000 },
      },
    ],
  },
  {
    check: 'runAsUser',
    restricted: ['v1.23'],
    pass: [
      {
        what: 'other uids',
        set: { 'pod.securityContext.runAsUser': 1000, ...inAllContainers('securityContext.runAsUser', 2000) },
      },
      {
        what: '0 in a user namespace',
        from: 'v1.35',
        set: {
          'pod.hostUsers': false,
          'pod.securityContext.runAsUser': 0,
          'main.securityContext.runAsUser': 0,
        },
      },
    ],
    fail: [
      ...ofPodAndEachContainer('securityContext.runAsUser', 0),
      {
        what: '0 in a user namespace',
        until: 'v1.35',
        set: { 'pod.hostUsers': false, 'pod.securityContext.runAsUser': 0 },
      },
      {
        what: '0 without a user namespace',
        set: { 'pod.hostUsers': true, 'main.securityContext.runAsUser': 0 },
      },
    ],
  },
  {
    check: 'seccompProfile_restricted',
    restricted: ['v1.19'],
    pass: [
      {
        what: 'a profile in every container, none in the pod',
        set: {
          'pod.securityContext.seccompProfile': undefined,
          ...inAllContainers('securityContext.seccompProfile', { type: 'RuntimeDefault' }),
        },
      },
      {
        what: 'a profile of the node',
        set: { 'pod.securityContext.seccompProfile': { type: 'Localhost', localhostProfile: 'app.json' } },
      },
      {
        what: 'a pod for Windows without a profile',
        from: 'v1.25',
        set: { 'pod.os': { name: 'windows' }, 'pod.securityContext.seccompProfile': undefined },
      },
    ],
    fail: [
      ...ofPodAndEachContainer('securityContext.seccompProfile', { type: 'Unconfined' }),
      { what: 'no profile anywhere', set: { 'pod.securityContext.seccompProfile': undefined } },
      {
        what: 'a profile in one container only',
        set: {
          'pod.securityContext.seccompProfile': undefined,
          'main.securityContext.seccompProfile': { type: 'RuntimeDefault' },
        },
      },
      {
        what: 'a pod for Windows without a profile',
        until: 'v1.25',
        set: { 'pod.os': { name: 'windows' }, 'pod.securityContext.seccompProfile': undefined },
      },
    ],
  },
];
