import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../../kube/pod.ts';
import type { ObjectLookup } from '../../kube/references.ts';

import { type DownwardFacts, downwardResource } from './downward.ts';
import { resolveEnv } from './resolve-env.ts';

const lookup: ObjectLookup = {
  configMap: (namespace, name) =>
    namespace === 'ns' && name === 'config'
      ? {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name },
          data: { A: 'from config', B: 'b' },
          binaryData: { BIN: 'AAE=' },
        }
      : undefined,
  secret: (_, name) =>
    name === 'secret'
      ? { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { PASS: 'aHVzaA==' } }
      : undefined,
  serviceAccount: () => undefined,
  persistentVolumeClaim: () => undefined,
  namespace: () => undefined,
};

const container: Container = {
  name: 'c',
  resources: { limits: { cpu: '1500m', memory: '64Mi' }, requests: { cpu: '250m' } },
};
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'ns',
    uid: 'u1',
    labels: { app: 'x' },
    annotations: { 'a/b': 'say "hi"\n' },
  },
  spec: {
    containers: [container, { name: 'free' }],
    initContainers: [{ name: 'setup' }],
    serviceAccountName: 'robot',
  },
};
const facts: DownwardFacts = {
  pod,
  nodeName: 'node-1',
  hostIPs: ['192.0.2.1'],
  podIPs: ['10.0.0.2', 'fd00::2'],
  allocatable: { cpuMillicores: 4000, memoryBytes: 1024, ephemeralStorageBytes: 2048 },
};

function env(more: Partial<Container>, serviceEnv: ReadonlyMap<string, string> = new Map()): unknown {
  const resolved = resolveEnv({ lookup, facts, serviceEnv }, { ...container, ...more });
  return resolved.ok ? Object.fromEntries(resolved.env) : resolved.message;
}

const field = (fieldPath: string): unknown =>
  env({ env: [{ name: 'V', valueFrom: { fieldRef: { fieldPath } } }] });
const resource = (name: string, divisor?: string, containerName?: string): unknown =>
  env({
    env: [
      {
        name: 'V',
        valueFrom: {
          resourceFieldRef: {
            resource: name,
            ...(divisor === undefined ? {} : { divisor }),
            ...(containerName === undefined ? {} : { containerName }),
          },
        },
      },
    ],
  });

describe('variables', () => {
  it('refer to those before them, and not to those after', () => {
    expect(
      env({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '$(A)-$(C)-$$(A)' },
          { name: 'C', value: '3' },
          { name: 'A', value: '$(A)2' },
        ],
      }),
    ).toEqual({ A: '12', B: '1-$(C)-$(A)', C: '3' });
  });

  it('of a whole ConfigMap or Secret come first, with their prefix; binary data makes none', () => {
    expect(
      env({
        envFrom: [{ prefix: 'X_', configMapRef: { name: 'config' } }, { secretRef: { name: 'secret' } }],
        env: [
          { name: 'X_A', value: 'mine' },
          { name: 'C', value: '$(PASS)' },
        ],
      }),
    ).toEqual({ X_A: 'mine', X_B: 'b', PASS: 'hush', C: 'hush' });
  });

  it("of services stand behind the container's own", () => {
    const services = new Map([
      ['DB_SERVICE_HOST', '10.1.1.1'],
      ['A', 'service'],
    ]);
    expect(
      env(
        {
          env: [
            { name: 'A', value: 'own' },
            { name: 'B', value: '$(DB_SERVICE_HOST)' },
          ],
        },
        services,
      ),
    ).toEqual({
      A: 'own',
      B: '10.1.1.1',
      DB_SERVICE_HOST: '10.1.1.1',
    });
  });
});

const key = (source: object): unknown => env({ env: [{ name: 'V', valueFrom: source }] });

it("a variable may build on the service's of its own name", () => {
  const services = new Map([['A', 'service']]);
  expect(env({ env: [{ name: 'A', value: '$(A)/path' }] }, services)).toEqual({ A: 'service/path' });
});

describe('what is missing', () => {
  it.each([
    [{ configMapKeyRef: { name: 'no', key: 'k' } }, 'configmap "no" not found'],
    [{ configMapKeyRef: { name: 'config', key: 'k' } }, "couldn't find key k in ConfigMap ns/config"],
    [{ secretKeyRef: { name: 'no', key: 'k' } }, 'secret "no" not found'],
    [{ secretKeyRef: { name: 'secret', key: 'k' } }, "couldn't find key k in Secret ns/secret"],
  ])("%j has the kubelet's text", (source, message) => {
    expect(key(source)).toBe(message);
  });

  it.each([
    { configMapKeyRef: { name: 'no', key: 'k', optional: true } },
    { configMapKeyRef: { name: 'config', key: 'k', optional: true } },
    { secretKeyRef: { name: 'no', key: 'k', optional: true } },
    { secretKeyRef: { name: 'secret', key: 'k', optional: true } },
  ])('%j leaves the variable out when it is optional', (source) => {
    expect(key(source)).toEqual({});
  });

  it('envFrom likewise', () => {
    expect(env({ envFrom: [{ configMapRef: { name: 'no' } }] })).toBe('configmap "no" not found');
    expect(env({ envFrom: [{ secretRef: { name: 'no', optional: true } }] })).toEqual({});
  });
});

describe('the downward API', () => {
  it.each([
    ['metadata.name', 'web'],
    ['metadata.namespace', 'ns'],
    ['metadata.uid', 'u1'],
    ["metadata.labels['app']", 'x'],
    ["metadata.labels['none']", ''],
    ["metadata.annotations['a/b']", 'say "hi"\n'],
    ['metadata.annotations', 'a/b="say \\"hi\\"\\n"'],
    ['spec.nodeName', 'node-1'],
    ['spec.serviceAccountName', 'robot'],
    ['status.hostIP', '192.0.2.1'],
    ['status.podIP', '10.0.0.2'],
    ['status.podIPs', '10.0.0.2,fd00::2'],
  ])('%s', (path, value) => {
    expect(field(path)).toEqual({ V: value });
  });

  it('refuses a field that it does not have', () => {
    expect(field('spec.hostNetwork')).toBe('unsupported fieldPath: spec.hostNetwork');
  });

  it.each([
    ['limits.cpu', undefined, undefined, '2'],
    ['limits.cpu', '1m', undefined, '1500'],
    ['limits.memory', undefined, undefined, '67108864'],
    ['limits.memory', '1Mi', undefined, '64'],
    ['limits.memory', '1Gi', undefined, '1'],
    ['requests.cpu', '1m', undefined, '250'],
    ['requests.memory', '0', undefined, '67108864'],
    ['limits.cpu', '1', 'free', '4'],
    ['limits.memory', '1', 'free', '1024'],
    ['requests.cpu', '1', 'free', '0'],
    ['limits.ephemeral-storage', '1', 'free', '2048'],
    ['requests.ephemeral-storage', '1', 'free', '0'],
    ['limits.hugepages-2Mi', '1', 'free', '0'],
    ['limits.cpu', '1m', 'setup', '0'],
  ])('%s by %s of container %s is %s', (name, divisor, containerName, value) => {
    expect(resource(name, divisor, containerName)).toEqual({ V: value });
  });

  it('tells a container without limits those of its pod (kubelet_resources.go)', () => {
    const limited = { ...pod, spec: { ...pod.spec, resources: { limits: { cpu: '2', memory: '512' } } } };
    const told = (resource: string, reader: Container | 'volume') =>
      downwardResource({ ...facts, pod: limited }, reader, { resource, containerName: 'free' });
    expect(told('limits.cpu', container)).toEqual({ ok: true, value: '2' });
    expect(told('limits.memory', container)).toEqual({ ok: true, value: '512' });
    expect(told('limits.cpu', 'volume')).toEqual({ ok: true, value: '4' });
  });

  it('names what is not there', () => {
    expect(resource('limits.cpu', '1', 'ghost')).toBe('container ghost not found');
    expect(resource('limits.example.com/gpu')).toBe(
      'unsupported container resource : limits.example.com/gpu',
    );
  });
});
