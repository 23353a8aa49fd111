import { beforeAll, describe, expect, inject, test } from 'vitest';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { podproof } from '../../support/podproof.ts';

describe.runIf(canRunKubectl())('what only this node has', () => {
  const kubectl = useKubectl('proof');

  beforeAll(async () => {
    const strict = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    };
    await kubectl.apply(
      sleeper('strict', {
        container: { image: 'localhost/busybox:1654', securityContext: strict },
        spec: { hostUsers: false, securityContext: { runAsNonRoot: true } },
      }),
    );
    await kubectl.apply(sleeper('open'));
    await kubectl.ok(['wait', '--for=condition=ConfinementProven', 'pod', '--all', '--timeout=60s']);
  });

  test('get proofs shows what a pod runs as, inside and on the host', async () => {
    const [head = '', ...rows] = (await kubectl.ok(['get', 'proofs'])).trimEnd().split('\n');
    expect(head).toMatch(/^NAME\s+HOLDS\s+USER\s+HOST-USER\s+CAPS\s+ROOTFS\s+USERNS/);
    expect(rows.find((row) => row.startsWith('open'))).toMatch(
      /^open\s+(\d+)\/\1\s+0\s+0\s+14\s+writable\s+host/,
    );
    expect(rows.find((row) => row.startsWith('strict'))).toMatch(
      /^strict\s+(\d+)\/\1\s+1654\s+\d{5,}\s+none\s+read-only\s+\d+\+65536/,
    );
  });

  test('the condition says how many facts hold', async () => {
    const message = "jsonpath={.status.conditions[?(@.type=='ConfinementProven')].message}";
    expect(await kubectl.ok(['get', 'pod', 'strict', '-o', message])).toMatch(/^(\d+) of \1 facts hold$/);
  });

  test('podproof prove POD prints the table of a running pod', async () => {
    const proven = await onNode('prove', 'strict', '-n', 'proof');
    expect(proven.exitCode).toBe(0);
    expect(proven.stdout).toMatch(/pod proof\/strict {2}Running/);
    expect(proven.stdout).toMatch(/user\s+1654:1654/);
  });

  test('podproof drift POD lists what was written, new executables marked', async () => {
    expect(await onNode('drift', 'strict', '-n', 'proof')).toMatchObject({ exitCode: 0 });
    await kubectl.ok(['exec', 'open', '--', 'sh', '-c', 'echo x > /etc/written; cp /bin/busybox /tmp/tool']);
    const drift = await onNode('drift', 'open', '-n', 'proof');
    expect(drift.exitCode).toBe(1);
    expect(drift.stdout).toMatch(/added\s+\/etc\/written/);
    expect(drift.stdout).toMatch(/added\s+\/tmp\/tool\s+EXECUTABLE/);
  });

  test('metrics have the names that dashboards know, and who each container runs as', async () => {
    const metrics = await kubectl.ok(['get', '--raw', '/metrics']);
    for (const name of [
      'kubelet_running_pods',
      'started_user_namespaced_pods_total',
      'container_memory_working_set_bytes',
      'container_cpu_usage_seconds_total',
    ])
      expect(metrics).toMatch(new RegExp(`^(?:kubelet_)?${name}(?:\\{.*\\})? [0-9.e+-]+$`, 'm'));
    expect(metrics).toMatch(/^podproof_container_info\{.*namespace="proof".*\buid="1654".*\} 1$/m);
  });

  test('status of the node lists its pods with their proofs', async () => {
    const { stdout, exitCode } = await onNode('status');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/proof\s+strict\s+1\/1\s+Running\s+0\s+\S+\s+(\d+)\/\1/);
  });
});

function onNode(...args: readonly string[]): ReturnType<typeof podproof> {
  return podproof(args, '', { PODPROOF_ROOT: inject('clusterRoot') });
}
