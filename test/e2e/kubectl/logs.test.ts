import { beforeAll, describe, expect, test } from 'vitest';
import { shell, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('kubectl logs', () => {
  const kubectl = useKubectl('logs');

  beforeAll(async () => {
    await kubectl.apply(
      shell('lines', 'for i in 1 2 3 4 5; do echo line $i; done; echo wrong >&2; sleep 3600'),
    );
    await kubectl.apply(shell('crash', 'echo run; exit 3', { spec: { restartPolicy: 'OnFailure' } }));
    await kubectl.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'two' },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: ['first', 'second'].map((name) => ({
          name,
          image: 'localhost/busybox:root',
          command: ['sh', '-c', `echo I am ${name}; sleep 3600`],
        })),
      },
    });
    await kubectl.apply(
      sleepers('many', 2, { container: { command: ['sh', '-c', 'echo one of many; sleep 3600'] } }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/lines', 'pod/two', '--timeout=60s']);
    await kubectl.ok(['rollout', 'status', 'deployment/many', '--timeout=60s']);
  });

  test('all of it, standard error too', async () => {
    const log = await kubectl.ok(['logs', 'lines']);
    expect(log.split('\n').filter((line) => line.startsWith('line'))).toHaveLength(5);
    expect(log).toContain('wrong\n');
  });

  test('--tail, --since and --limit-bytes', async () => {
    expect((await kubectl.ok(['logs', 'lines', '--tail=2'])).trimEnd().split('\n')).toHaveLength(2);
    expect(await kubectl.ok(['logs', 'lines', '--tail=0'])).toBe('');
    expect(await kubectl.ok(['logs', 'lines', '--since=1h'])).toContain('line 1');
    expect(await kubectl.ok(['logs', 'lines', '--since-time=2099-01-01T00:00:00Z'])).toBe('');
    expect(await kubectl.ok(['logs', 'lines', '--limit-bytes=4'])).toHaveLength(4);
  });

  test('--timestamps puts nanoseconds before each line', async () => {
    const log = await kubectl.ok(['logs', 'lines', '--timestamps']);
    for (const line of log.trimEnd().split('\n')) {
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d) (?:line \d|wrong)$/);
    }
  });

  test('-f goes on until the container ends', async () => {
    await kubectl.apply(
      shell('counter', 'for i in 1 2 3; do echo $i; sleep 1; done', { spec: { restartPolicy: 'Never' } }),
    );
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/counter', '--timeout=30s']);
    expect(await kubectl.ok(['logs', '-f', 'counter'], { timeoutMs: 20_000 })).toBe('1\n2\n3\n');
  });

  test('--previous is the run before', async () => {
    await kubectl.ok(
      ['wait', '--for=jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}=3', 'pod/crash'],
      { timeoutMs: 60_000 },
    );
    expect(await kubectl.ok(['logs', '--previous', 'crash'])).toBe('run\n');
    const none = await kubectl.run(['logs', '--previous', 'lines']);
    expect(none).toMatchObject({
      exitCode: 1,
      stderr: 'Error from server (BadRequest): previous terminated container "c" in pod "lines" not found\n',
    });
  });

  test('of several containers one has to be named, or all', async () => {
    const unnamed = await kubectl.run(['logs', 'two']);
    expect(unnamed.stderr + unnamed.stdout).toMatch(
      /Defaulted container "first" out of: first, second[\s\S]*I am first/,
    );
    expect(await kubectl.ok(['logs', 'two', '-c', 'second'])).toBe('I am second\n');
    const all = await kubectl.ok(['logs', 'two', '--all-containers', '--prefix']);
    expect(all.trimEnd().split('\n').sort()).toEqual([
      '[pod/two/first] I am first',
      '[pod/two/second] I am second',
    ]);
    const wrong = await kubectl.run(['logs', 'two', '-c', 'third']);
    expect(wrong.stderr).toContain('container third is not valid for pod two');
  });

  test('-l and deployments', async () => {
    expect(await kubectl.ok(['logs', '-l', 'app=many'])).toBe('one of many\none of many\n');
    expect(await kubectl.ok(['logs', 'deployment/many'])).toBe('one of many\n');
    const prefixed = await kubectl.ok(['logs', '-l', 'app=many', '--all-containers', '--prefix']);
    expect(prefixed).toMatch(/^(?:\[pod\/many-\w+-\w+\/c\] one of many\n){2}$/);
  });

  test('a container that waits says what for', async () => {
    await kubectl.apply(shell('waits', 'true', { spec: { securityContext: { runAsNonRoot: true } } }));
    await kubectl.ok(
      [
        'wait',
        '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError',
        'pod/waits',
      ],
      { timeoutMs: 30_000 },
    );
    const { stderr } = await kubectl.run(['logs', 'waits']);
    expect(stderr).toBe(
      'Error from server (BadRequest): container "c" in pod "waits" is waiting to start: CreateContainerConfigError\n',
    );
  });
});
