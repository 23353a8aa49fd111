import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { podOf } from '../../test/support/confine-inputs.ts';
import type { PodSpec } from '../kube/pod.ts';
import { fieldFindings, fieldRefusals, fieldsNotCarriedOut, fieldTable } from './fields-not-carried-out.ts';

test('a plain pod is carried out as it is', () => {
  const pod = podOf();
  expect([fieldFindings(pod, 'alone'), fieldRefusals(pod, 'alone')]).toEqual([[], []]);
});

test.each<readonly [string, Partial<PodSpec>]>([
  ['spec.os: podproof runs Linux pods only', { os: { name: 'windows' } }],
  ['spec.runtimeClassName: there are no RuntimeClasses here', { runtimeClassName: 'gvisor' }],
  ['spec.resourceClaims: dynamic resource allocation needs a driver', { resourceClaims: [{ name: 'gpu' }] }],
  [
    'spec.schedulingGates: a pod with scheduling gates is never scheduled: remove them',
    { schedulingGates: [{ name: 'wait' }] },
  ],
  [
    'spec.volumes[1].nfs: this kind of volume needs a driver or a cluster',
    {
      volumes: [
        { name: 'a', emptyDir: {} },
        { name: 'b', nfs: { server: 's', path: '/' } },
      ],
    },
  ],
  [
    'spec.volumes[0].emptyDir.medium: huge pages are not mounted here',
    { volumes: [{ name: 'a', emptyDir: { medium: 'HugePages-2Mi' } }] },
  ],
  [
    'spec.volumes[0].projected.sources[0].clusterTrustBundle: trust bundles need a cluster',
    { volumes: [{ name: 'a', projected: { sources: [{ clusterTrustBundle: { path: 'ca.pem' } }] } }] },
  ],
  [
    'spec.containers[0].volumeDevices: block devices need a volume driver',
    { containers: [{ name: 'app', volumeDevices: [{ name: 'disk', devicePath: '/dev/x' }] }] },
  ],
  [
    'spec.initContainers[0].resources.claims: dynamic resource allocation needs a driver',
    { initContainers: [{ name: 'i', resources: { claims: [{ name: 'gpu' }] } }] },
  ],
  [
    'spec.containers[0].env[0].valueFrom.fileKeyRef: environment from a file in a volume is not carried out',
    {
      containers: [
        {
          name: 'app',
          env: [{ name: 'X', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } } }],
        },
      ],
    },
  ],
  [
    'spec.containers[0].restartPolicyRules: no other action than Restart is carried out',
    {
      containers: [
        {
          name: 'app',
          restartPolicy: 'Never',
          restartPolicyRules: [
            { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } },
          ],
        },
      ],
    },
  ],
])('refused: %s', (message, spec) => {
  expect(fieldRefusals(podOf({ spec }), 'alone').map((refusal) => refusal.message)).toEqual([message]);
});

test('a device that this machine does not offer is refused', () => {
  const resources = { limits: { 'nvidia.com/gpu': 1, memory: '1Gi' } };
  const pod = podOf({ container: { resources } });
  expect(fieldRefusals(pod, 'alone').map(({ path }) => path.at(-1))).toEqual(['limits', 'requests']);
});

test.each<readonly [string, Partial<PodSpec>]>([
  ['affinity', { affinity: {} }],
  ['tolerations', { tolerations: [{ operator: 'Exists' }] }],
  ['schedulerName', { schedulerName: 'mine' }],
  ['readinessGates', { readinessGates: [{ conditionType: 'x' }] }],
  ['priorityClassName', { priorityClassName: 'high' }],
  ['windowsOptions', { securityContext: { windowsOptions: {} } }],
  ['limits', { containers: [{ name: 'app', resources: { limits: { 'ephemeral-storage': '1Gi' } } }] }],
])('told: %s', (field, spec) => {
  expect(fieldFindings(podOf({ spec }), 'alone').map(({ path }) => path.at(-1))).toEqual([field]);
});

test('an empty list asks for nothing', () => {
  expect(fieldRefusals(podOf({ spec: { resourceClaims: [], schedulingGates: [] } }), 'alone')).toEqual([]);
});

describe('on a node', () => {
  test.each<readonly [string, Partial<PodSpec>]>([
    ['nodeName, nodeSelector', { nodeName: 'n1', nodeSelector: { disk: 'ssd' } }],
    ['affinity, tolerations', { affinity: {}, tolerations: [{ operator: 'Exists' }] }],
    ['schedulingGates', { schedulingGates: [{ name: 'wait' }] }],
    ['readinessGates', { readinessGates: [{ conditionType: 'x' }] }],
    ['runtimeClassName', { runtimeClassName: 'runc' }],
    ['imagePullSecrets', { imagePullSecrets: [{ name: 'login' }] }],
    ['what admission adds', { preemptionPolicy: 'PreemptLowerPriority', priority: 0, overhead: { cpu: 1 } }],
  ])('%s: carried out', (_, spec) => {
    expect(fieldsNotCarriedOut(podOf({ spec }), 'node')).toEqual([]);
    expect(fieldsNotCarriedOut(podOf({ spec }), 'alone')).not.toEqual([]);
  });

  test.each<readonly [string, Partial<PodSpec>]>([
    ['spec.schedulerName: no such scheduler is part of this node', { schedulerName: 'mine' }],
    ['spec.priorityClassName: the pod gets its priority', { priorityClassName: 'system-node-critical' }],
    ['spec.schedulingGroup: pods are scheduled one by one', { schedulingGroup: { podGroupName: 'g' } }],
    [
      'spec.containers[0].resizePolicy: a running container is not resized here',
      { containers: [{ name: 'c', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }] },
    ],
    [
      'spec.containers[0].lifecycle.preStop.tcpSocket: it does nothing in a hook',
      { containers: [{ name: 'c', lifecycle: { preStop: { tcpSocket: { port: 80 } } } }] },
    ],
    [
      'spec.volumes[0].csi: this kind of volume needs a driver',
      { volumes: [{ name: 'v', csi: { driver: 'd' } }] },
    ],
  ])('%s', (message, spec) => {
    const told = fieldsNotCarriedOut(podOf({ spec }), 'node').map((field) => field.message);
    expect(told).toEqual([expect.stringContaining(message)]);
  });
});

test('each field has one row, and the tests that it names exist', () => {
  const rows = fieldTable();
  const names = rows.map(({ type, field }) => `${type}.${field}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining(['PodSpec.hostUsers', 'SecurityContext.procMount', 'Volume.csi']),
  );
  const missing = rows.flatMap(({ alone, node }) => [...alone.tests, ...node.tests]);
  expect(missing.filter((path) => !existsSync(path))).toEqual([]);
});

test('whatever is not carried out says why', () => {
  const verdicts = fieldTable().flatMap(({ alone, node }) => [alone, node]);
  expect(verdicts.filter(({ how, reason }) => how !== 'carried-out' && reason === '')).toEqual([]);
});
