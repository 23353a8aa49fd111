import { beforeAll, describe, expect, inject, test } from 'vitest';
import { sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { podproof } from '../../support/podproof.ts';

const SENTENCE =
  'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)';

describe.runIf(canRunKubectl())('Pod Security by the labels of a namespace', () => {
  const kubectl = useKubectl('policy');
  const label = (...labels: readonly string[]): Promise<string> =>
    kubectl.ok([
      'label',
      'namespace',
      'policy',
      '--overwrite',
      ...labels.map((it) => `pod-security.kubernetes.io/${it}`),
    ]);
  const apply = (object: object): ReturnType<typeof kubectl.run> =>
    kubectl.run(['apply', '-f', '-'], { input: JSON.stringify(object) });

  beforeAll(async () => {
    await label('enforce=restricted', 'warn=restricted');
  });

  test('enforce refuses a pod with the sentence of a cluster', async () => {
    const { exitCode, stderr } = await apply(sleeper('root'));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`pods "root" is forbidden: ${SENTENCE}`);
  });

  test('a deployment is warned about, and its replica set says why there are no pods', async () => {
    const { stdout, stderr } = await apply(sleepers('web', 1));
    expect(stdout).toBe('deployment.apps/web created\n');
    expect(stderr).toContain(
      'Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
    );
    await expect
      .poll(() => kubectl.ok(['describe', 'rs', '-l', 'app=web']), { timeout: 10_000 })
      .toMatch(/FailedCreate\s+.*Error creating: pods "web-\S+" is forbidden: violates PodSecurity/);
  });

  test('what complies is let in', async () => {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    const complying = sleeper('complies', {
      container: { image: 'localhost/busybox:1654', securityContext },
      spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } },
    });
    expect(await apply(complying)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('a stricter level tells which pods of the namespace it would not let in', async () => {
    await label('enforce=privileged', 'warn=privileged');
    await apply(sleeper('was-there'));
    const { stderr } = await kubectl.run([
      'label',
      'namespace',
      'policy',
      '--overwrite',
      '--dry-run=server',
      'pod-security.kubernetes.io/enforce=restricted',
    ]);
    expect(stderr).toContain(
      'existing pods in namespace "policy" violate the new PodSecurity enforce level "restricted:latest"',
    );
    expect(stderr).toContain('was-there');
  });

  test('audit lets it in, and podproof status lists it', async () => {
    await label('enforce=privileged', 'warn=privileged', 'audit=baseline');
    await apply(sleeper('audited', { spec: { hostPID: true } }));
    const { stdout } = await podproof(['status', '-o', 'json'], '', { PODPROOF_ROOT: inject('clusterRoot') });
    expect(stdout).toContain(
      'would violate PodSecurity \\"baseline:latest\\": host namespaces (hostPID=true)',
    );
  });
});
