import { describe, expect, test } from 'vitest';
import type { DriftChange } from '../../src/core/contract/drift-report.ts';
import { readDrift } from '../../src/kubelet/drift/read-drift.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { script, testPod } from '../support/test-node.ts';
import { usePods } from '../support/use-pods.ts';

const pods = usePods();

async function run(
  commands: string,
  spec: Parameters<typeof testPod>[0] = { containers: [] },
): Promise<RunningPod> {
  const text = `${commands}; touch /tmp/done; exec sleep 100`;
  const probe = { exec: { command: ['/bin/test', '-e', '/tmp/done'] }, periodSeconds: 1 };
  const [first = {}] = spec.containers;
  const pod = await pods.start(
    testPod({ ...spec, containers: [script('c', text, { readinessProbe: probe, ...first })] }),
  );
  expect(await pod.waitUntil('ready', 20_000)).toBe(true);
  return pod;
}

/** Without the mark that the test itself waits for. */
async function changesOf(pod: RunningPod): Promise<readonly DriftChange[]> {
  const drift = await readDrift(pod);
  expect(drift).toMatchObject({ apiVersion: 'podproof.dev/v1', kind: 'Drift' });
  return (drift.containers[0]?.changes ?? []).filter(({ path }) => path !== '/tmp/done');
}

describe.skipIf(!canRunContainers())('what a running pod wrote to its root', () => {
  test('a pod that writes nothing has no drift, whatever the runtime made for its mounts', async () => {
    const pod = await run('true', {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/made/for/it' }] }],
    });
    expect(await changesOf(pod)).toEqual([]);
  });

  test('what was added, modified and deleted, with new executables marked', async () => {
    const pod = await run(`
      echo plain > /data/file
      cp /bin/busybox /data/tool; chown 1654 /data/tool; chmod 4755 /data/tool
      echo x >> /etc/passwd
      rm /etc/group
      mkdir /data/dir; ln -s /etc/passwd /data/dir/link
      mkfifo /data/pipe 2>/dev/null || busybox mkfifo /data/pipe
      chmod 700 /tmp`);
    expect(await changesOf(pod)).toMatchObject([
      { path: '/data/dir', change: 'added', type: 'directory', executable: false },
      { path: '/data/dir/link', change: 'added', type: 'symlink', executable: false },
      {
        path: '/data/file',
        change: 'added',
        type: 'file',
        executable: false,
        sizeBytes: 6,
        mode: '644',
        uid: 0,
      },
      { path: '/data/pipe', change: 'added', type: 'other', executable: false },
      { path: '/data/tool', change: 'added', type: 'file', executable: true, mode: '4755', uid: 1654 },
      { path: '/etc/group', change: 'deleted', type: 'file', executable: false },
      { path: '/etc/passwd', change: 'modified', type: 'file', executable: false },
      { path: '/tmp', change: 'modified', type: 'directory', mode: '700' },
    ]);
  });

  test('a directory that was removed and made again has lost what the image had in it', async () => {
    const pod = await run(`
      cp /bin/busybox /tmp/busybox; /tmp/busybox rm -r /bin; /tmp/busybox mkdir /bin; /tmp/busybox cp /tmp/busybox /bin/busybox
      for it in sh touch sleep test; do /bin/busybox ln -s busybox /bin/$it; done`);
    const changes = (await changesOf(pod)).map(({ path, change }) => `${change} ${path}`);
    expect(changes).toContain('deleted /bin/cat');
    expect(changes).toContain('modified /bin/busybox');
    expect(changes).not.toContain('deleted /bin/sh');
  });

  test("something beside a mount point that the runtime made is the container's doing", async () => {
    const pod = await run('echo x > /made/for/own', {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/made/for/it' }] }],
    });
    expect((await changesOf(pod)).map(({ path }) => path)).toEqual(['/made/for/own']);
  });

  test("in a user namespace ids are the container's own", async () => {
    const pod = await run('touch /data/mine; chown 1654 /data/mine', { hostUsers: false, containers: [] });
    expect(await changesOf(pod)).toMatchObject([{ path: '/data/mine', uid: 1654 }]);
  });

  test('links lead nowhere, and of very much only a part is told', async () => {
    const pod = await run(`ln -s / /data/host; i=0; while [ $i -lt 300 ]; do : > /data/$i; i=$((i+1)); done`);
    const drift = await readDrift(pod, 100);
    expect(drift.containers[0]?.truncated).toBe(true);
    expect(drift.containers[0]?.changes).toHaveLength(100);
    const whole = await changesOf(pod);
    expect(whole).toHaveLength(301);
    expect(whole.every(({ path }) => path.startsWith('/data/'))).toBe(true);
  });
});
