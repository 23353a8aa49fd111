import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { openProofNode, type ProofNode, type ProofPodSpec, proveContainer } from '../support/proof-pod.ts';

/** Pods that differ in one thing each: what `confine()` says of them is what the kernel says. */
const pods: readonly (readonly [string, ProofPodSpec])[] = [
  ['a uid that passwd does not have', { securityContext: { runAsUser: 4711 } }],
  ['a uid and a gid', { securityContext: { runAsUser: 4711, runAsGroup: 4712 } }],
  ['a named USER with a group of the image', { containers: [{ image: 'localhost/busybox:app' }] }],
  [
    'Strict: no group of the image',
    {
      securityContext: { supplementalGroups: [7], supplementalGroupsPolicy: 'Strict', fsGroup: 8 },
      containers: [{ image: 'localhost/busybox:app' }],
    },
  ],
  [
    'the container over the pod',
    { securityContext: { runAsUser: 5 }, containers: [{ securityContext: { runAsUser: 6 } }] },
  ],
  ['drop ALL', { containers: [{ securityContext: { capabilities: { drop: ['ALL'] } } }] }],
  [
    'drop wins',
    { containers: [{ securityContext: { capabilities: { add: ['KILL', 'SYS_TIME'], drop: ['KILL'] } } }] },
  ],
  ['add ALL', { containers: [{ securityContext: { capabilities: { add: ['ALL'] } } }] }],
  [
    'add ALL in a user namespace',
    { hostUsers: false, containers: [{ securityContext: { capabilities: { add: ['ALL'] } } }] },
  ],
  [
    'a CAP_ prefix, which is lost',
    { containers: [{ securityContext: { capabilities: { add: ['CAP_SYS_TIME'] } } }] },
  ],
  ['privileged', { containers: [{ securityContext: { privileged: true, readOnlyRootFilesystem: true } }] }],
  ['privileged, not root', { containers: [{ securityContext: { privileged: true, runAsUser: 1000 } }] }],
  ['procMount Unmasked', { hostUsers: false, containers: [{ securityContext: { procMount: 'Unmasked' } }] }],
  ['hostNetwork', { hostNetwork: true }],
  ['hostPID and hostIPC', { hostPID: true, hostIPC: true }],
  ['one pid namespace for the pod', { shareProcessNamespace: true }],
  [
    'a sysctl of its own',
    { securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '1000' }] } },
  ],
  ['resources', { containers: [{ resources: { limits: { cpu: '200m', memory: '32Mi' } } }] }],
  [
    'volumes over defaults',
    {
      volumes: [
        { name: 'mem', emptyDir: { medium: 'Memory' } },
        { name: 'disk', emptyDir: {} },
      ],
      containers: [
        {
          terminationMessagePath: '/tmp/last',
          volumeMounts: [
            { name: 'mem', mountPath: '/dev/shm' },
            { name: 'disk', mountPath: '/tmp' },
            { name: 'disk', mountPath: '/mnt/a/b', readOnly: true, recursiveReadOnly: 'Enabled' },
          ],
        },
      ],
    },
  ],
];

const profiles = ['containerd', 'cri-o'] as const;

describe.skipIf(!canRunContainers()).each(profiles)(
  'with the profile %s the kernel does what is predicted',
  (profile) => {
    let node: ProofNode;
    beforeAll(async () => {
      node = await openProofNode(undefined, profile);
    });
    afterAll(async () => {
      await node[Symbol.asyncDispose]();
    });

    test.each(pods)('%s', async (_, spec) => {
      const pod = await node.start(spec);
      const { failing, proof } = await proveContainer(pod);
      expect(proof.facts.length).toBeGreaterThan(10);
      expect(failing.map((field) => proof.facts.find((fact) => fact.field === field))).toEqual([]);
    });
  },
);
