import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { type BuiltImage, buildTestImage } from '../../support/oci-layout.ts';
import { type OwnNode, ownNode } from '../../support/own-node.ts';
import { containerOf, storyWhen } from '../../support/pod-story.ts';
import {
  registryProgram,
  startRegistry,
  type TestRegistry,
  testPassword,
  testUser,
} from '../../support/registry.ts';

/** A shell that can sleep and say which version it is of. */
function imageOf(version: string): BuiltImage {
  const links = ['sleep', 'cat'].map((name) => ({
    path: `bin/${name}`,
    type: 'symlink' as const,
    linkPath: 'sh',
  }));
  const shell = { path: 'bin/sh', content: readFileSync('/bin/busybox'), mode: 0o755 };
  const files = [{ path: 'bin', type: 'directory' as const, mode: 0o755 }, shell, ...links];
  const config = { Env: ['PATH=/bin'] };
  return buildTestImage({ layers: [[...files, { path: 'version', content: version }]], config });
}

function pod(name: string, image: string, spec: Readonly<Record<string, unknown>> = {}): object {
  return sleeper(name, { container: { image }, spec });
}

describe.runIf(canRunKubectl() && existsSync(registryProgram))('images of a registry', () => {
  let node: OwnNode;
  let free: TestRegistry;
  let closed: TestRegistry;
  beforeAll(async () => {
    [node, free, closed] = await Promise.all([ownNode(), startRegistry(), startRegistry('basic')]);
    await node.ok(['up']);
  });
  afterAll(async () => {
    await Promise.all([node.remove(), free.close(), closed.close()]);
  });
  const kubectl = useKubectl('images', () => node.kubeconfig);

  test('one that is not there is waited for with back-off', async () => {
    const image = `${free.host}/late:1`;
    await kubectl.apply(pod('late', image));
    const waiting = await storyWhen(kubectl, 'late', (story) => {
      expect(containerOf(story).state.waiting).toMatchObject({
        reason: 'ImagePullBackOff',
        message: expect.stringMatching(`^Back-off pulling image "${image}": ErrImagePull: `),
      });
      expect(story.events).toEqual(
        expect.arrayContaining([
          `c: Normal Pulling Pulling image "${image}"`,
          expect.stringMatching(`^c: Warning Failed Failed to pull image "${image}": `),
          'c: Warning Failed Error: ErrImagePull',
          `c: Normal BackOff Back-off pulling image "${image}"`,
          'c: Warning Failed Error: ImagePullBackOff',
        ]),
      );
    });
    expect(waiting.status.phase).toBe('Pending');
    await free.push('late', '1', imageOf('1'));
  });

  test("one behind a login is pulled with the pod's imagePullSecrets, and not without", async () => {
    await closed.push('private', '1', imageOf('1'));
    const login = [`--docker-username=${testUser}`, `--docker-password=${testPassword}`];
    const server = `--docker-server=${closed.host}`;
    await kubectl.ok(['create', 'secret', 'docker-registry', 'login', server, ...login]);
    const image = `${closed.host}/private:1`;
    await kubectl.apply(pod('guest', image, { imagePullSecrets: [{ name: 'login' }] }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/guest', '--timeout=20s']);
    await closed.push('other', '1', imageOf('1'));
    await kubectl.apply(pod('stranger', `${closed.host}/other:1`, { imagePullSecrets: [{ name: 'none' }] }));
    await storyWhen(kubectl, 'stranger', (story) => {
      expect(containerOf(story).state.waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
      expect(story.events).toContain(
        'Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (none); attempting to pull the image may not succeed.',
      );
    });
  });

  test('Always asks the registry every time, IfNotPresent only once', async () => {
    const image = `${free.host}/moving:1`;
    const version = async (name: string, imagePullPolicy: string): Promise<string> => {
      await kubectl.apply(sleeper(name, { container: { image, imagePullPolicy } }));
      await kubectl.ok(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=20s']);
      return await kubectl.ok(['exec', name, '--', 'cat', '/version']);
    };
    await free.push('moving', '1', imageOf('old'));
    expect(await version('first', 'IfNotPresent')).toBe('old');
    await free.push('moving', '1', imageOf('new'));
    expect(await version('second', 'IfNotPresent')).toBe('old');
    expect(await version('third', 'Always')).toBe('new');
  });

  // Last, as the first back-off takes 10 s.
  test('one that came late has been pulled', async () => {
    const image = `${free.host}/late:1`;
    const story = await storyWhen(
      kubectl,
      'late',
      ({ status }) => expect(status.phase).toBe('Running'),
      30_000,
    );
    const size = String.raw`in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes\.`;
    expect(story.events).toContainEqual(
      expect.stringMatching(`^c: Normal Pulled Successfully pulled image "${image}" ${size}$`),
    );
    expect(containerOf(story).restartCount).toBe(0);
  });
});
