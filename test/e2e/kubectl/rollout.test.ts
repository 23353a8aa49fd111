import { beforeAll, describe, expect, test } from 'vitest';
import { sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

describe.runIf(canRunKubectl())('kubectl scale, set and rollout', () => {
  const kubectl = useKubectl('rollout');
  const jsonpath = (path: string): Promise<string> =>
    kubectl.ok(['get', 'deployment', 'web', '-o', `jsonpath={${path}}`]);
  const rolledOut = (): Promise<string> =>
    kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s'], { timeoutMs: 70_000 });

  beforeAll(async () => {
    await kubectl.apply(sleepers('web', 2));
    await rolledOut();
  });

  test('scale up and down', async () => {
    await kubectl.ok(['scale', 'deployment/web', '--replicas=3']);
    expect(await rolledOut()).toContain('successfully rolled out');
    expect(await jsonpath('.status.readyReplicas')).toBe('3');
    const held = await kubectl.run(['scale', 'deployment/web', '--current-replicas=9', '--replicas=1']);
    expect(held.stderr).toContain('Expected replicas to be 9, was 3');
    await kubectl.ok(['scale', 'deployment/web', '--replicas=1']);
    await kubectl.ok(['wait', '--for=jsonpath={.status.replicas}=1', 'deployment/web', '--timeout=30s']);
  });

  test('set env and set image make new revisions, undo goes back', async () => {
    await kubectl.ok(['set', 'env', 'deployment/web', 'COLOR=blue']);
    await rolledOut();
    expect(await kubectl.ok(['exec', 'deployment/web', '--', 'sh', '-c', 'echo $COLOR'])).toBe('blue\n');
    await kubectl.ok(['set', 'image', 'deployment/web', 'c=localhost/busybox:1654']);
    await rolledOut();
    const history = await kubectl.ok(['rollout', 'history', 'deployment/web']);
    expect(history).toMatch(/REVISION\s+CHANGE-CAUSE\n1\s+<none>\n2\s+<none>\n3\s+<none>/);
    expect(await kubectl.ok(['rollout', 'history', 'deployment/web', '--revision=2'])).toMatch(
      /COLOR:\s+blue/,
    );
    await kubectl.ok(['rollout', 'undo', 'deployment/web']);
    await rolledOut();
    expect(await jsonpath('.spec.template.spec.containers[0].image')).toBe('localhost/busybox:root');
    await kubectl.ok(['rollout', 'undo', 'deployment/web', '--to-revision=1']);
    await rolledOut();
    expect(await jsonpath('.spec.template.spec.containers[0].env')).toBe('');
  });

  test('restart replaces the pods', async () => {
    const pods = (): Promise<string> => kubectl.ok(['get', 'pods', '-l', 'app=web', '-o', 'name']);
    const before = await pods();
    await kubectl.ok(['rollout', 'restart', 'deployment/web']);
    await rolledOut();
    await expect.poll(pods, { timeout: 20_000 }).not.toBe(before);
  });

  test('pause holds a change back until resume', async () => {
    await kubectl.ok(['rollout', 'pause', 'deployment/web']);
    await kubectl.ok(['set', 'env', 'deployment/web', 'PAUSED=yes']);
    const held = await kubectl.run(['rollout', 'status', 'deployment/web', '--watch=false']);
    expect(held.stdout + held.stderr).toMatch(/Waiting for deployment "web" rollout to finish/);
    await kubectl.ok(['rollout', 'resume', 'deployment/web']);
    await rolledOut();
    expect(await kubectl.ok(['exec', 'deployment/web', '--', 'sh', '-c', 'echo $PAUSED'])).toBe('yes\n');
  });

  test('a rollout that cannot work keeps the old pods, and says so', async () => {
    await kubectl.ok(['patch', 'deployment', 'web', '-p', '{"spec":{"progressDeadlineSeconds":3}}']);
    await kubectl.ok(['set', 'image', 'deployment/web', 'c=localhost/nobody-has-this:1']);
    const failed = await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain('error: deployment "web" exceeded its progress deadline');
    expect(await jsonpath('.status.availableReplicas')).toBe('1');
    await kubectl.ok(['rollout', 'undo', 'deployment/web']);
    await rolledOut();
  });
});
