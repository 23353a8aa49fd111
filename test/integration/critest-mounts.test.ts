import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writablePaths } from '../../src/confinement/writable-paths.ts';
import { applyDefaults } from '../../src/kube/defaults.ts';
import { validatePod } from '../../src/kube/validate-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { execIn, openProofNode, type ProofNode, proveContainer } from '../support/proof-pod.ts';

// What critest asserts of mounts: masked and read-only paths, propagation, recursive read-only mounts.

let node: ProofNode;

function cgroupVersion(): 1 | 2 {
  return existsSync('/sys/fs/cgroup/cgroup.controllers') ? 2 : 1;
}

/** A directory of the host that is a mount of its own and shared, with a mount made below it later. */
async function seenAfterMounting(mountPropagation: 'None' | 'HostToContainer'): Promise<string> {
  const source = join(node.directory, `propagation-${mountPropagation}`);
  mkdirSync(join(source, 'below'), { recursive: true });
  execFileSync('mount', ['--bind', source, source]);
  try {
    execFileSync('mount', ['--make-shared', source]);
    const pod = await node.start({
      volumes: [{ name: 'host', hostPath: { path: source } }],
      containers: [{ volumeMounts: [{ name: 'host', mountPath: '/host', mountPropagation }] }],
    });
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(source, 'below')]);
    writeFileSync(join(source, 'below/late'), '');
    const { failing } = await proveContainer(pod);
    expect(failing.filter((field) => field === 'mounts[/host]')).toEqual([]);
    const { output } = await execIn(node, pod, 'ls /host/below');
    await pod.stop(0);
    return output;
  } finally {
    execFileSync('umount', ['--recursive', source]);
  }
}

async function writeBelow(recursiveReadOnly: 'Disabled' | 'Enabled'): Promise<string> {
  const source = join(node.directory, `rro-${recursiveReadOnly}`);
  mkdirSync(join(source, 'below'), { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(source, 'below')]);
  try {
    const pod = await node.start({
      volumes: [{ name: 'host', hostPath: { path: source } }],
      containers: [
        { volumeMounts: [{ name: 'host', mountPath: '/host', readOnly: true, recursiveReadOnly }] },
      ],
    });
    const { output } = await execIn(node, pod, 'touch /host/x; touch /host/below/x && echo written');
    await pod.stop(0);
    return output;
  } finally {
    execFileSync('umount', [join(source, 'below')]);
  }
}

describe.skipIf(!canRunContainers())('critest: mounts', () => {
  beforeAll(async () => {
    node = await openProofNode();
  });

  afterAll(async () => {
    await node[Symbol.asyncDispose]();
  });

  describe('paths of the kernel', () => {
    test('MaskedPaths: what the kernel masks shows nothing, whatever it is', async () => {
      const pod = await node.start({});
      const { observed, failing } = await proveContainer(pod);
      expect(failing).toEqual([]);
      expect(observed.maskedPaths).toContain('/proc/keys');
      const look = observed.maskedPaths.map((path) => `cat ${path} 2>/dev/null; ls -A ${path}/ 2>/dev/null`);
      expect((await execIn(node, pod, look.join('; '))).output).toBe('');
    });

    test('ReadonlyPaths: root can write to none of them', async () => {
      const pod = await node.start({});
      const { observed } = await proveContainer(pod);
      expect(observed.readonlyPaths).toContain('/proc/sys');
      const write = observed.readonlyPaths.map((path) => `touch ${path} || touch ${path}/x`);
      const { output } = await execIn(node, pod, write.join('; '));
      const refusals = output.split('\n').filter((line) => line.endsWith('Read-only file system'));
      expect(refusals.length).toBeGreaterThanOrEqual(observed.readonlyPaths.length);
    });

    test.skipIf(cgroupVersion() === 2)(
      'cgroup version 1: root writes beside the controllers, and both check and proof say so',
      async () => {
        const pod = await node.start({
          containers: [{ securityContext: { readOnlyRootFilesystem: true } }],
        });
        const write = 'touch /sys/fs/cgroup/x && echo written; touch /sys/fs/cgroup/memory/x';
        const { output } = await execIn(node, pod, write);
        expect(output).toMatch(/^written\n.*Read-only file system$/);
        const { proof, container } = await proveContainer(pod);
        const fact = proof.facts.find(({ field }) => field === 'mounts[/sys/fs/cgroup]');
        expect(fact).toMatchObject({ holds: true, observed: { readOnly: true, tmpfsReadOnly: false } });
        if (container.confinement === undefined) throw new Error('no confinement');
        const paths = writablePaths(container.confinement).map(({ path }) => path);
        expect(paths).toContain('/sys/fs/cgroup');
      },
    );
  });

  describe('mount propagation', () => {
    test('rprivate: what the host mounts later is not seen', async () => {
      expect(await seenAfterMounting('None')).toBe('');
    });

    test('rslave: it is seen', async () => {
      expect(await seenAfterMounting('HostToContainer')).toBe('late');
    });

    test('rshared: what the container mounts is seen on the host', async () => {
      const source = join(node.directory, 'propagation-both');
      mkdirSync(join(source, 'below'), { recursive: true });
      execFileSync('mount', ['--bind', source, source]);
      try {
        execFileSync('mount', ['--make-shared', source]);
        const mount = { name: 'host', mountPath: '/host', mountPropagation: 'Bidirectional' } as const;
        const pod = await node.start({
          volumes: [{ name: 'host', hostPath: { path: source } }],
          containers: [{ securityContext: { privileged: true }, volumeMounts: [mount] }],
        });
        const made = await execIn(node, pod, 'mount -t tmpfs tmpfs /host/below && touch /host/below/from');
        expect(made).toEqual({ exitCode: 0, output: '' });
        expect(readdirSync(join(source, 'below'))).toEqual(['from']);
        await pod.stop(0);
      } finally {
        execFileSync('umount', ['--recursive', source]);
      }
    });
  });

  describe('recursive read-only mounts', () => {
    test('Disabled: a mount below can be written', async () => {
      expect(await writeBelow('Disabled')).toMatch(/written[^]*Read-only file system|Read-only[^]*written/);
    });

    test('Enabled: it cannot', async () => {
      const output = await writeBelow('Enabled');
      expect(output).not.toContain('written');
      expect(output.match(/Read-only file system/g)).toHaveLength(2);
    });

    test.each([
      [{ recursiveReadOnly: 'Enabled' }, 'may only be specified when readOnly is true'],
      [
        { readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' },
        'may only be specified when mountPropagation is None or not specified',
      ],
    ] as const)('%j is refused by validation', (mount, text) => {
      const problems = validatePod(
        applyDefaults({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'p', namespace: 'default' },
          spec: {
            volumes: [{ name: 'host', hostPath: { path: '/x' } }],
            containers: [
              { name: 'c', image: 'x', volumeMounts: [{ name: 'host', mountPath: '/host', ...mount }] },
            ],
          },
        }),
      );
      expect(JSON.stringify(problems)).toContain(text);
    });
  });
});
