import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { PodSpec } from '../kube/pod.ts';
import { effectiveContext } from './effective-context.ts';
import { confineNamespaces } from './namespaces.ts';
import type { Platform } from './platform.ts';

function namespacesOf(spec: Partial<PodSpec> = {}, platform: Partial<Platform> = {}) {
  const input = inputOf({ spec, platform });
  return confineNamespaces(input, effectiveContext(input.pod, input.container));
}

test('a pod that says nothing has its own namespaces, except for users', () => {
  const { user, network, pid, ipc, uts, cgroup } = namespacesOf();
  expect([user.value, network.value, pid.value, ipc.value, uts.value, cgroup.value]).toEqual([
    { mode: 'host' },
    'pod',
    'container',
    'pod',
    'pod',
    'container',
  ]);
});

test.each<readonly [Partial<PodSpec>, 'network' | 'pid' | 'ipc' | 'uts', string, string]>([
  [{ hostNetwork: true }, 'network', 'host', 'spec.hostNetwork'],
  [{ hostNetwork: true }, 'uts', 'host', 'spec.hostNetwork'],
  [{ hostPID: true }, 'pid', 'host', 'spec.hostPID'],
  [{ hostIPC: true }, 'ipc', 'host', 'spec.hostIPC'],
  [{ shareProcessNamespace: true }, 'pid', 'pod', 'spec.shareProcessNamespace'],
  [{ hostNetwork: false }, 'network', 'pod', 'spec.hostNetwork'],
])('%j: %s namespace %s', (spec, name, value, from) => {
  const namespace = namespacesOf(spec)[name];
  expect(namespace.value).toBe(value);
  expect(describeOrigin(namespace.from)).toBe(from);
});

describe('users', () => {
  test('hostUsers: false gives 65536 ids, at a place that only the run knows', () => {
    const { user } = namespacesOf({ hostUsers: false });
    expect(user.value).toEqual({ mode: 'pod', size: 65_536, hostId: null });
  });
  test('the place is handed through', () => {
    const input = { ...inputOf({ spec: { hostUsers: false } }), hostId: 131_072 };
    const { user } = confineNamespaces(input, effectiveContext(input.pod, input.container));
    expect(user.value).toMatchObject({ hostId: 131_072 });
  });
});

describe('cgroups', () => {
  test('no namespace on version 1', () => {
    expect(namespacesOf({}, { cgroupVersion: 1 }).cgroup.value).toBe('host');
  });
  test('no namespace for a privileged container', () => {
    const input = inputOf({ container: { securityContext: { privileged: true } } });
    const { cgroup } = confineNamespaces(input, effectiveContext(input.pod, input.container));
    expect(cgroup.value).toBe('host');
  });
});

test('an ephemeral container joins the processes of its target', () => {
  const input = inputOf();
  const path = ['spec', 'ephemeralContainers', 0];
  const container = {
    type: 'ephemeral',
    container: { name: 'debug', targetContainerName: 'app' },
    path,
  } as const;
  const { pid } = confineNamespaces({ ...input, container }, effectiveContext(input.pod, container));
  expect(pid.value).toBe('target');
});

test('without a network there is only loopback', () => {
  const input = { ...inputOf(), withoutNetwork: true };
  expect(confineNamespaces(input, effectiveContext(input.pod, input.container)).network.value).toBe('none');
});
