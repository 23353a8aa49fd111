import { expect, test } from 'vitest';
import type { ObjectMeta } from '../kube/meta.ts';
import type { PodSpec } from '../kube/pod.ts';
import { CHECKS } from './checks.ts';
import { evaluatePod } from './evaluate-pod.ts';
import type { PolicyVersion } from './level-version.ts';

function adviceOf(id: string, spec: Partial<PodSpec>, version: PolicyVersion, metadata?: ObjectMeta): string {
  const level = CHECKS.find((check) => check.id === id)?.level ?? 'restricted';
  const { results } = evaluatePod(level, version, metadata, { containers: [], ...spec });
  return results.find((result) => result.id === id)?.advice ?? 'not evaluated';
}

const two = (
  securityContext: NonNullable<PodSpec['containers'][0]['securityContext']>,
): Partial<PodSpec> => ({
  initContainers: [{ name: 'i', securityContext }],
  containers: [{ name: 'c', securityContext }],
});

test.each<[id: string, spec: Partial<PodSpec>, advice: string, version?: PolicyVersion]>([
  [
    'allowPrivilegeEscalation',
    two({}),
    'write securityContext.allowPrivilegeEscalation: false in containers "i", "c"',
  ],
  [
    'appArmorProfile',
    {
      ...two({ appArmorProfile: { type: 'Unconfined' } }),
      securityContext: { appArmorProfile: { type: 'Unconfined' } },
    },
    'write securityContext.appArmorProfile.type: RuntimeDefault in pod and containers "i", "c"',
  ],
  [
    'capabilities_baseline',
    two({ capabilities: { add: ['CHOWN', 'NET_RAW', 'BPF'] } }),
    'remove "BPF", "NET_RAW" from securityContext.capabilities.add in containers "i", "c"',
  ],
  [
    'capabilities_restricted',
    { containers: [{ name: 'c', securityContext: { capabilities: { add: ['CHOWN'] } } }, { name: 'd' }] },
    'write securityContext.capabilities.drop: ["ALL"] in containers "c", "d"; remove "CHOWN" from securityContext.capabilities.add in container "c"',
  ],
  ['hostNamespaces', { hostNetwork: true, hostIPC: true }, 'write hostNetwork: false, hostIPC: false in pod'],
  [
    'hostPathVolumes',
    { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
    'use a PersistentVolumeClaim, or emptyDir: {}, instead of hostPath in volume "v"',
  ],
  [
    'hostPorts',
    { containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80 }] }] },
    'remove hostPort 80 from ports in container "c", and reach containerPort through a Service',
  ],
  [
    'hostProbesAndHostLifecycle',
    { containers: [{ name: 'c', livenessProbe: { httpGet: { port: 80, host: '127.0.0.1' } } }] },
    'remove host "127.0.0.1" from probes and hooks in container "c", so that the pod itself is asked',
  ],
  ['privileged', two({ privileged: true }), 'write securityContext.privileged: false in containers "i", "c"'],
  [
    'procMount',
    two({ procMount: 'Unmasked' }),
    'write securityContext.procMount: Default in containers "i", "c"; or write hostUsers: false in pod',
  ],
  [
    'procMount_restricted',
    two({ procMount: 'Unmasked' }),
    'write securityContext.procMount: Default in containers "i", "c"',
  ],
  [
    'restrictedVolumes',
    {
      volumes: [
        { name: 'v', hostPath: { path: '/' } },
        { name: 'n', nfs: { server: 'a', path: '/' } },
      ],
    },
    'use a PersistentVolumeClaim, or emptyDir: {}, instead of hostPath in volume "v"; use a PersistentVolumeClaim, or another of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret, for volume "n"',
  ],
  ['runAsNonRoot', two({}), 'write securityContext.runAsNonRoot: true in pod', 'v1.34'],
  [
    'runAsNonRoot',
    two({}),
    'write securityContext.runAsNonRoot: true in pod; or write hostUsers: false in pod',
  ],
  ['runAsNonRoot', { ...two({}), hostPID: true }, 'write securityContext.runAsNonRoot: true in pod'],
  [
    'runAsNonRoot',
    { ...two({ runAsNonRoot: false }), securityContext: { runAsNonRoot: true } },
    'write securityContext.runAsNonRoot: true in containers "i", "c"',
    'v1.34',
  ],
  [
    'runAsUser',
    { securityContext: { runAsUser: 0 } },
    'remove securityContext.runAsUser: 0 in pod, or write another uid; or write hostUsers: false in pod',
  ],
  [
    'seLinuxOptions',
    { securityContext: { seLinuxOptions: { type: 'spc_t', role: 'r' } } },
    'remove type, role from securityContext.seLinuxOptions in pod',
  ],
  [
    'seccompProfile_baseline',
    two({ seccompProfile: { type: 'Unconfined' } }),
    'write securityContext.seccompProfile.type: RuntimeDefault in containers "i", "c"',
  ],
  ['seccompProfile_restricted', two({}), 'write securityContext.seccompProfile.type: RuntimeDefault in pod'],
  [
    'sysctls',
    { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
    'remove "kernel.msgmax" from securityContext.sysctls in pod',
  ],
  [
    'windowsHostProcess',
    { securityContext: { windowsOptions: { hostProcess: true } } },
    'write securityContext.windowsOptions.hostProcess: false in pod',
  ],
])('%s of %j: %s', (id, spec, advice, version = 'latest') => {
  expect(adviceOf(id, spec, version)).toBe(advice);
});

test('annotations are told to be written, by their names', () => {
  const key = 'container.apparmor.security.beta.kubernetes.io/c';
  expect(adviceOf('appArmorProfile', {}, 'latest', { annotations: { [key]: 'unconfined' } })).toBe(
    `write "runtime/default" in annotation ${key}`,
  );
  const pod = 'seccomp.security.alpha.kubernetes.io/pod';
  expect(adviceOf('seccompProfile_baseline', {}, 'v1.18', { annotations: { [pod]: '' } })).toBe(
    `write "runtime/default" in annotation ${pod}`,
  );
});

test('what is allowed needs no advice', () => {
  expect(adviceOf('privileged', two({ privileged: false }), 'latest')).toBe('');
});
