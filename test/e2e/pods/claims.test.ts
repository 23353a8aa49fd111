import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { storyWhen } from '../../support/pod-story.ts';

function claim(name: string, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, ...spec },
  };
}

function volume(name: string, source: object): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Mi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: '',
      persistentVolumeReclaimPolicy: 'Retain',
      ...source,
    },
  };
}

function reader(name: string, claimName: string): object {
  return sleeper(name, {
    container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
  });
}

describe.runIf(canRunKubectl())('claims', () => {
  const kubectl = useKubectl('claims');
  const dir = mkdtempSync(join(tmpdir(), 'pp-claims-'));
  afterAll(async () => {
    await kubectl.run([
      'delete',
      'pv',
      'by-hand',
      'foreign',
      'throwaway',
      '--ignore-not-found',
      '--wait=false',
    ]);
    rmSync(dir, { recursive: true, force: true });
  });
  const run = async (name: string, claimName: string): Promise<void> => {
    await kubectl.apply(reader(name, claimName));
    await kubectl.ok(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=20s']);
  };

  test('without a class gets a directory, whose data survives the pod and goes with the claim', async () => {
    await kubectl.apply(claim('own'));
    await run('writer', 'own');
    await kubectl.ok(['exec', 'writer', '--', 'sh', '-c', 'echo kept > /data/file']);
    expect(await kubectl.ok(['get', 'pvc', 'own', '--no-headers'])).toMatch(
      /^own +Bound +pvc-\S+ +1Mi +RWO +podproof-local /,
    );
    await kubectl.ok(['delete', 'pod', 'writer']);
    await run('next', 'own');
    expect(await kubectl.ok(['exec', 'next', '--', 'cat', '/data/file'])).toBe('kept\n');
    const directory = join(inject('clusterRoot'), 'lib', 'claims', 'claims', 'own');
    expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('kept\n');
    await kubectl.ok(['delete', 'pod', 'next']);
    const name = await kubectl.ok(['get', 'pvc', 'own', '-o', 'jsonpath={.spec.volumeName}']);
    await kubectl.ok(['delete', 'pvc', 'own']);
    await kubectl.ok(['wait', '--for=delete', `pv/${name}`, '--timeout=20s']);
    expect(existsSync(directory)).toBe(false);
  });

  test('that is bound to a volume made by hand gets the directory of that one, which outlives both', async () => {
    const path = join(dir, 'by-hand');
    mkdirSync(path);
    writeFileSync(join(path, 'file'), 'there before');
    await kubectl.apply(volume('by-hand', { hostPath: { path } }));
    await kubectl.apply(claim('by-hand', { storageClassName: '', volumeName: 'by-hand' }));
    await run('hand', 'by-hand');
    expect(await kubectl.ok(['exec', 'hand', '--', 'cat', '/data/file'])).toBe('there before');
    await kubectl.ok(['delete', 'pod/hand', 'pvc/by-hand']);
    const phase = ['get', 'pv', 'by-hand', '-o', 'jsonpath={.status.phase}'];
    await expect.poll(() => kubectl.ok(phase), { timeout: 10_000 }).toBe('Released');
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('there before');
  });

  test('a directory that we did not make is not removed, whatever the reclaim policy says', async () => {
    const path = join(dir, 'throwaway');
    mkdirSync(path);
    writeFileSync(join(path, 'file'), 'mine');
    const source = { hostPath: { path }, persistentVolumeReclaimPolicy: 'Delete' };
    await kubectl.apply(volume('throwaway', source));
    await kubectl.apply(claim('throwaway', { storageClassName: '', volumeName: 'throwaway' }));
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/throwaway', '--timeout=10s']);
    await kubectl.ok(['delete', 'pvc', 'throwaway']);
    const phase = ['get', 'pv', 'throwaway', '-o', 'jsonpath={.status.phase}'];
    await expect.poll(() => kubectl.ok(phase), { timeout: 10_000 }).toBe('Failed');
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('mine');
  });

  test('a volume that is no directory of this machine is said to be none, and its pod waits', async () => {
    const nfs = JSON.stringify(volume('foreign', { nfs: { server: 'nfs.example', path: '/' } }));
    const { stderr } = await kubectl.run(['apply', '-f', '-'], { input: nfs });
    expect(stderr).toContain('Warning: podproof does not carry out spec.nfs');
    await kubectl.apply(claim('foreign', { storageClassName: '', volumeName: 'foreign' }));
    await kubectl.apply(reader('foreign', 'foreign'));
    await storyWhen(kubectl, 'foreign', ({ events }) =>
      expect(events).toContain(
        'Warning FailedMount MountVolume.SetUp failed for volume "data" : ' +
          'podproof mounts only hostPath and local volumes, and PersistentVolume "foreign" is neither',
      ),
    );
  });

  test('a pod waits for a claim that is not there, and is placed when it is', async () => {
    await kubectl.apply(reader('early', 'late'));
    await storyWhen(kubectl, 'early', ({ events }) =>
      expect(events).toContainEqual(
        expect.stringMatching(
          /^Warning FailedScheduling 0\/1 nodes are available: persistentvolumeclaim "late" not found\./,
        ),
      ),
    );
    await kubectl.apply(claim('late'));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/early', '--timeout=20s']);
  });
});
