import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { type Outcome, podproof } from '../support/podproof.ts';

const IMAGE = 'localhost/busybox:root';

const prove = (manifest: string): Promise<Outcome> =>
  podproof(['prove', '-f', '-', '--settle', '300ms'], manifest);

function pod(container: object, spec: object = {}, metadata: object = {}): string {
  const containers = [{ name: 'c', image: IMAGE, command: ['sleep', '100'], ...container }];
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...metadata },
    spec: { restartPolicy: 'Never', ...spec, containers },
  });
}

function podsLeft(): readonly string[] {
  const pods = join(inject('podproofRoot'), 'lib/pods');
  return existsSync(pods) ? readdirSync(pods) : [];
}

const emptyDir = { volumes: [{ name: 'v', emptyDir: {} }] };
const mountedAt = (mountPath: string): string => pod({ volumeMounts: [{ name: 'v', mountPath }] }, emptyDir);

describe.skipIf(!canRunContainers())('a pod that reaches for what is not its own', () => {
  test.each([
    ['a volume over /', mountedAt('/')],
    ['a volume over /proc', mountedAt('/proc')],
    ['a volume over /dev', mountedAt('/dev')],
    ['a volume at ../..', mountedAt('../..')],
    ["a volume at one of the runtime's descriptors", mountedAt('/proc/self/fd/7')],
    ["a volume at the host's root", mountedAt('/proc/1/root')],
    ["one of the runtime's descriptors as working directory", pod({ workingDir: '/proc/self/fd/8' })],
    ['the way out of such a descriptor', pod({ workingDir: '/proc/self/fd/8/../../..' })],
    ['a termination log among descriptors', pod({ terminationMessagePath: '/proc/self/fd/7' })],
    ['more groups than the kernel takes', pod({}, groups(100_000))],
    ['a variable with a zero byte', pod({ env: [{ name: 'A', value: 'a\0b' }] })],
  ])('%s does not start, and leaves nothing', async (_, manifest) => {
    const { exitCode, stdout } = await prove(manifest);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('StartError');
    expect(stdout).toContain('1 container: 1 failed');
    expect(podsLeft()).toEqual([]);
  });

  test.each([
    ['a volume over /sys', mountedAt('/sys')],
    ['a volume over /etc/hosts', mountedAt('/etc/hosts')],
    ['a path that goes up within the container', mountedAt('/etc/../../x')],
    ['as many groups as the kernel takes', pod({}, groups(65_535))],
    ['a variable of several lines', pod({ env: [{ name: 'A', value: 'x\nB=y' }] })],
    [
      'five hundred processes',
      pod({ command: ['sh', '-c', 'for i in $(seq 500); do sleep 100 & done; wait'] }),
    ],
  ])('%s is proven', async (_, manifest) => {
    const { exitCode, stdout } = await prove(manifest);
    expect(stdout).toContain('1 container: 1 proven');
    expect(exitCode).toBe(0);
    expect(podsLeft()).toEqual([]);
  });

  test('a termination log cannot be made a link to a file of the host', async () => {
    const script = 'rm /dev/termination-log; ln -sf /etc/shadow /dev/termination-log; exit 3';
    const { stdout } = await prove(pod({ command: ['sh', '-c', script] }));
    expect(stdout).toContain('exit code 3');
    expect(stdout).not.toMatch(/root:[^ ]*:/);
  });
});

function groups(count: number): object {
  return { securityContext: { supplementalGroups: Array.from({ length: count }, (_, i) => i + 1) } };
}

const configMap = (data: string): string =>
  `\n---\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":${data}}`;

describe.skipIf(!canRunContainers())('a manifest', () => {
  test.each([
    ['a key that leads out of its volume', pod({}) + configMap('{"../x":"1"}'), 'data[../x]: Invalid value'],
    ['the key ..', pod({}) + configMap('{"..":"1"}'), `must not be '..'`],
    ['a container named ../../x', pod({ name: '../../x' }), 'spec.containers[0].name: Invalid value'],
    ['a container named ..', pod({ name: '..' }), 'spec.containers[0].name: Invalid value'],
    ['a pod named ..', pod({}, {}, { name: '..' }), 'metadata.name: Invalid value'],
    ['a namespace that leads out', pod({}, {}, { namespace: '../x' }), 'metadata.namespace: Invalid value'],
    ['a uid that leads out', pod({}, {}, { uid: '../../x' }), 'is not a valid name'],
    ['a variable whose name has lines', pod({ env: [{ name: 'A\nB', value: '' }] }), 'env[0].name'],
    ['no base64', '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"!!"}}', 'base64'],
    [
      "JavaScript's own names as fields",
      pod({}).replace('"spec":{', '"spec":{"__proto__":{"hostPID":true},"constructor":{},'),
      'unknown field "spec.__proto__"',
    ],
  ])('with %s is refused where it stands', async (_, manifest, told) => {
    const { exitCode, stderr } = await prove(manifest);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(told);
    expect(podsLeft()).toEqual([]);
  });

  test("keys with JavaScript's own names are keys like any other", async () => {
    const spec = { volumes: [{ name: 'v', configMap: { name: 'm' } }] };
    const container = {
      command: ['sh', '-c', 'ls /m; env | grep = | sort'],
      envFrom: [{ configMapRef: { name: 'm' } }],
      volumeMounts: [{ name: 'v', mountPath: '/m' }],
    };
    const manifest = pod(container, spec) + configMap('{"__proto__":"x","constructor":"y"}');
    const { stdout } = await podproof(['run', '-f', '-'], manifest);
    expect(stdout).toMatch(/^__proto__\nconstructor\n/);
    expect(stdout).toMatch(/^__proto__=x\nconstructor=y$/m);
    const absent = await prove(pod({ envFrom: [{ configMapRef: { name: 'constructor' } }] }));
    expect(absent.stdout).toContain('configmap "constructor" not found');
  });
});
