import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { conditionOf, containerOf, podStory, rowOf, storyWhen } from '../../support/pod-story.ts';

const image = 'localhost/busybox:root';
const sh = (script: string): readonly string[] => ['sh', '-c', script];
/** Ends at once when it is told to, and says so. */
const obedient = (word: string): readonly string[] =>
  sh(`trap 'echo ${word} >> /story/words; exit 0' TERM; sleep 3600 & wait`);
const storyMount = { volumeMounts: [{ name: 'story', mountPath: '/story' }] };

function container(name: string, more: object): object {
  return { name, image, ...storyMount, ...more };
}

describe.runIf(canRunKubectl())('the life of a pod', () => {
  const kubectl = useKubectl('lifecycle');
  const dir = mkdtempSync(join(tmpdir(), 'pp-story-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  beforeAll(async () => {
    const failing = { exec: { command: sh('echo out; echo no >&2; exit 4') } };
    const items = [
      sleeper('hook', { container: { lifecycle: { postStart: failing } } }),
      sleeper('init', {
        spec: {
          initContainers: [
            { name: 'one', image, command: sh('until [ -e /go ]; do sleep 0.1; done') },
            { name: 'two', image, command: sh('exit 1') },
          ],
        },
      }),
      sleeper('init-once', {
        spec: {
          restartPolicy: 'Never',
          initContainers: [{ name: 'one', image, command: sh('exit 5') }],
        },
      }),
      shell('on-failure', 'exit $([ -e /story/ran ]; echo $?; touch /story/ran)', {
        container: storyMount,
        spec: { restartPolicy: 'OnFailure', volumes: [{ name: 'story', emptyDir: {} }] },
      }),
    ];
    await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
  });

  test('a postStart hook that fails ends its container, which says why', async () => {
    const failure =
      'Exec lifecycle hook ([sh -c echo out; echo no >&2; exit 4]) for Container "c" in Pod "hook_lifecycle(UID)" ' +
      `failed - error: command 'sh -c echo out; echo no >&2; exit 4' exited with 4: no\n, message: "out\\nno\\n"`;
    await storyWhen(kubectl, 'hook', (story) => {
      expect(story.events).toEqual(
        expect.arrayContaining([
          'c: Warning FailedPostStartHook PostStartHook failed',
          'c: Normal Killing FailedPostStartHook',
        ]),
      );
      expect(containerOf(story).state.waiting).toEqual({ reason: 'PostStartHookError', message: failure });
    });
    const story = await storyWhen(kubectl, 'hook', (current) =>
      expect(containerOf(current).state.waiting?.reason).toBe('CrashLoopBackOff'),
    );
    expect(containerOf(story).lastState).toMatchObject({ terminated: { exitCode: 137, reason: 'Error' } });
  });

  test('STATUS counts init containers and shows what holds them up', async () => {
    await storyWhen(kubectl, 'init', (story) =>
      expect(containerOf(story, 'one').state.running).toBeDefined(),
    );
    expect((await rowOf(kubectl, 'init')).status).toBe('Init:0/2');
    const waiting = await podStory(kubectl, 'init');
    expect(conditionOf(waiting, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [one two]',
    });
    expect(containerOf(waiting).state).toEqual({ waiting: { reason: 'PodInitializing' } });
    await kubectl.ok(['exec', 'init', '-c', 'one', '--', 'touch', '/go']);
    const stuck = await storyWhen(kubectl, 'init', (story) =>
      expect(containerOf(story, 'two').state.waiting).toEqual({
        reason: 'CrashLoopBackOff',
        message: 'back-off 10s restarting failed container=two pod=init_lifecycle(UID)',
      }),
    );
    expect((await rowOf(kubectl, 'init')).status).toBe('Init:CrashLoopBackOff');
    expect(stuck.status.phase).toBe('Pending');
    expect(containerOf(stuck, 'one')).toMatchObject({
      ready: true,
      state: { terminated: { exitCode: 0, reason: 'Completed' } },
    });
  });

  test('an init container that fails for good is the end of its pod', async () => {
    const story = await storyWhen(kubectl, 'init-once', ({ status }) => expect(status.phase).toBe('Failed'));
    expect((await rowOf(kubectl, 'init-once')).status).toBe('Init:Error');
    expect(conditionOf(story, 'Initialized')).toMatchObject({
      status: 'False',
      message: 'containers with incomplete status: [one]',
    });
  });

  test('OnFailure restarts a container until it succeeds', async () => {
    const story = await storyWhen(kubectl, 'on-failure', ({ status }) =>
      expect(status.phase).toBe('Succeeded'),
    );
    expect(containerOf(story)).toMatchObject({
      restartCount: 1,
      state: { terminated: { exitCode: 0, reason: 'Completed' } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    });
    expect(await rowOf(kubectl, 'on-failure')).toMatchObject({
      ready: '0/1',
      status: 'Completed',
      restarts: '1',
    });
  });

  test('preStop runs before the signal, sidecars end after the others, and last of all comes SIGKILL', async () => {
    const preStop = { exec: { command: sh('echo hook >> /story/words; exit 9') } };
    await kubectl.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'ending', finalizers: ['example.com/look'] },
      spec: {
        terminationGracePeriodSeconds: 2,
        initContainers: [container('side', { restartPolicy: 'Always', command: obedient('side') })],
        containers: [
          container('main', { command: obedient('main'), lifecycle: { preStop } }),
          container('deaf', { command: sh("trap '' TERM; while :; do sleep 0.2; done") }),
        ],
        volumes: [{ name: 'story', hostPath: { path: dir } }],
      },
    });
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/ending', '--timeout=20s']);
    expect(await rowOf(kubectl, 'ending')).toMatchObject({ ready: '3/3', status: 'Running' });
    await kubectl.ok(['delete', 'pod', 'ending', '--wait=false']);
    expect((await rowOf(kubectl, 'ending')).status).toBe('Terminating');
    const story = await storyWhen(kubectl, 'ending', (current) =>
      expect(containerOf(current, 'side').state.terminated).toBeDefined(),
    );
    expect(story.events).toEqual(
      expect.arrayContaining([
        'main: Warning FailedPreStopHook PreStopHook failed',
        'main: Normal Killing Stopping container main',
        'deaf: Normal Killing Stopping container deaf',
        'side: Normal Killing Stopping container side',
      ]),
    );
    expect(containerOf(story, 'main').state).toMatchObject({ terminated: { exitCode: 0 } });
    expect(containerOf(story, 'deaf').state).toMatchObject({
      terminated: { exitCode: 137, reason: 'Error' },
    });
    await kubectl.ok(['patch', 'pod', 'ending', '-p', '{"metadata":{"finalizers":null}}']);
    expect(readFileSync(join(dir, 'words'), 'utf8')).toBe('hook\nmain\nside\n');
  });

  test('an ephemeral container joins, ends, and is not started again', async () => {
    await kubectl.apply(sleeper('host'));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/host', '--timeout=20s']);
    await kubectl.ok(['debug', 'host', `--image=${image}`, '-c', 'look', '--', 'sh', '-c', 'exit 3']);
    const story = await storyWhen(kubectl, 'host', (current) =>
      expect(containerOf(current, 'look').state.terminated).toMatchObject({ exitCode: 3, reason: 'Error' }),
    );
    expect(containerOf(story, 'look')).toMatchObject({ restartCount: 0, ready: false });
    expect(story.events).toContain('look: Normal Started Container started');
    expect(await rowOf(kubectl, 'host')).toMatchObject({ ready: '1/1', status: 'Running', restarts: '0' });
  });

  test('a status tells where the pod is, as whom it runs, and of which generation it speaks', async () => {
    await kubectl.apply(
      sleeper('plain', {
        container: {
          resources: { requests: { cpu: '10m', memory: '8Mi' }, limits: { cpu: '10m', memory: '8Mi' } },
        },
        spec: { securityContext: { runAsUser: 1234, runAsGroup: 5, supplementalGroups: [77] } },
      }),
    );
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/plain', '--timeout=20s']);
    const story = await podStory(kubectl, 'plain');
    expect(story.status).toMatchObject({
      qosClass: 'Guaranteed',
      observedGeneration: story.pod.metadata.generation,
      podIP: 'IP',
      podIPs: [{ ip: 'IP' }],
      hostIPs: [{ ip: story.status.hostIP }],
    });
    expect(containerOf(story).user).toEqual({ linux: { uid: 1234, gid: 5, supplementalGroups: [5, 77] } });
    for (const type of [
      'PodScheduled',
      'PodReadyToStartContainers',
      'Initialized',
      'ContainersReady',
      'Ready',
    ])
      expect(conditionOf(story, type)).toMatchObject({ status: 'True' });
  });
});
