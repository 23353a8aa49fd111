import { beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { conditionOf, containerOf, podStory, rowOf, storyWhen } from '../../support/pod-story.ts';

const present = 'already present on machine and can be accessed by the pod';
const pulled = `c: Normal Pulled Container image "localhost/busybox:root" ${present}`;
const once = { spec: { restartPolicy: 'Never' } };
const noSuchProgram =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
  'unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown';
const rootUser =
  'container has runAsNonRoot and image will run as root (pod: "root-user_reasons(UID)", container: c)';
const badName =
  'Failed to apply default image tag "Bad:::name": couldn\'t parse image name "Bad:::name": ' +
  'invalid reference format: repository name (library/Bad) must be lowercase';
const notLoaded =
  'image "localhost/nope:1" is not loaded, and the node is offline: podproof image load SOURCE --name localhost/nope:1';

interface Row {
  readonly name: string;
  readonly manifest: object;
  /** STATUS of `kubectl get pod`. */
  readonly status: string | RegExp;
  readonly phase: string;
  /** Of the container, or of its last end. */
  readonly container: object;
  readonly events: readonly string[];
}

const waiting = (reason: string, message: string): object => ({ state: { waiting: { reason, message } } });

const rows: readonly Row[] = [
  {
    name: 'crash',
    manifest: shell('crash', 'echo bye > /dev/termination-log; exit 3'),
    status: 'CrashLoopBackOff',
    phase: 'Running',
    container: {
      ...waiting('CrashLoopBackOff', 'back-off 10s restarting failed container=c pod=crash_reasons(UID)'),
      lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'bye\n' } },
      restartCount: 1,
      ready: false,
      started: false,
    },
    events: [
      pulled,
      'c: Normal Created Container created',
      'c: Normal Started Container started',
      'c: Warning BackOff Back-off restarting failed container c in pod crash_reasons(UID)',
    ],
  },
  {
    name: 'no-program',
    manifest: sleeper('no-program', { container: { command: ['/nope'] } }),
    status: /^(RunContainerError|CrashLoopBackOff)$/,
    phase: 'Running',
    container: { lastState: { terminated: { exitCode: 128, reason: 'StartError', message: noSuchProgram } } },
    events: [pulled, 'c: Normal Created Container created', `c: Warning Failed Error: ${noSuchProgram}`],
  },
  {
    name: 'root-user',
    manifest: sleeper('root-user', { spec: { securityContext: { runAsNonRoot: true } } }),
    status: 'CreateContainerConfigError',
    phase: 'Pending',
    container: waiting('CreateContainerConfigError', rootUser),
    events: [pulled, `c: Warning Failed Error: ${rootUser}`],
  },
  {
    name: 'no-config',
    manifest: sleeper('no-config', { container: { envFrom: [{ configMapRef: { name: 'none' } }] } }),
    status: 'CreateContainerConfigError',
    phase: 'Pending',
    container: waiting('CreateContainerConfigError', 'configmap "none" not found'),
    events: [pulled, 'c: Warning Failed Error: configmap "none" not found'],
  },
  {
    name: 'no-key',
    manifest: sleeper('no-key', {
      container: { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'none' } } }] },
    }),
    status: 'CreateContainerConfigError',
    phase: 'Pending',
    container: waiting('CreateContainerConfigError', "couldn't find key none in Secret reasons/keys"),
    events: ["c: Warning Failed Error: couldn't find key none in Secret reasons/keys"],
  },
  {
    name: 'no-volume',
    manifest: sleeper('no-volume', { spec: { volumes: [{ name: 'v', configMap: { name: 'none' } }] } }),
    status: 'ContainerCreating',
    phase: 'Pending',
    container: { state: { waiting: { reason: 'ContainerCreating' } } },
    events: ['Warning FailedMount MountVolume.SetUp failed for volume "v" : configmap "none" not found'],
  },
  {
    name: 'bad-name',
    manifest: sleeper('bad-name', { container: { image: 'Bad:::name' } }),
    status: 'InvalidImageName',
    phase: 'Pending',
    container: waiting('InvalidImageName', badName),
    events: [`c: Warning InspectFailed ${badName}`, 'c: Warning Failed Error: InvalidImageName'],
  },
  {
    name: 'never',
    manifest: sleeper('never', { container: { image: 'localhost/nope:1', imagePullPolicy: 'Never' } }),
    status: 'ErrImageNeverPull',
    phase: 'Pending',
    container: waiting(
      'ErrImageNeverPull',
      'Container image "localhost/nope:1" is not present with pull policy of Never',
    ),
    events: [
      'c: Warning ErrImageNeverPull Container image "localhost/nope:1" is not present with pull policy of Never',
      'c: Warning Failed Error: ErrImageNeverPull',
    ],
  },
  {
    name: 'not-loaded',
    manifest: sleeper('not-loaded', { container: { image: 'localhost/nope:1' } }),
    status: 'ImagePullBackOff',
    phase: 'Pending',
    container: waiting(
      'ImagePullBackOff',
      `Back-off pulling image "localhost/nope:1": ErrImagePull: ${notLoaded}`,
    ),
    events: [
      'c: Normal Pulling Pulling image "localhost/nope:1"',
      `c: Warning Failed Failed to pull image "localhost/nope:1": ${notLoaded}`,
      'c: Warning Failed Error: ErrImagePull',
      'c: Normal BackOff Back-off pulling image "localhost/nope:1"',
      'c: Warning Failed Error: ImagePullBackOff',
    ],
  },
  {
    name: 'always',
    manifest: sleeper('always', { container: { imagePullPolicy: 'Always' } }),
    status: 'Running',
    phase: 'Running',
    container: { state: { running: {} }, ready: true },
    events: [`${pulled}; its registry was not asked: the node is offline`],
  },
  {
    name: 'out-of-memory',
    manifest: shell('out-of-memory', 'tail /dev/zero', {
      ...once,
      container: { resources: { limits: { memory: '16Mi' } } },
    }),
    status: 'OOMKilled',
    phase: 'Failed',
    container: { state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
    events: [pulled, 'c: Normal Created Container created', 'c: Normal Started Container started'],
  },
  {
    name: 'done',
    manifest: shell('done', 'exit 0', once),
    status: 'Completed',
    phase: 'Succeeded',
    container: { state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    events: [pulled, 'c: Normal Created Container created', 'c: Normal Started Container started'],
  },
  {
    name: 'last-words',
    manifest: shell('last-words', 'echo last words; exit 7', {
      ...once,
      container: { terminationMessagePolicy: 'FallbackToLogsOnError' },
    }),
    status: 'Error',
    phase: 'Failed',
    container: { state: { terminated: { exitCode: 7, reason: 'Error', message: 'last words\n' } } },
    events: [pulled],
  },
  {
    name: 'deadline',
    manifest: sleeper('deadline', { spec: { activeDeadlineSeconds: 1 } }),
    status: 'Error',
    phase: 'Failed',
    container: { state: { terminated: { exitCode: 137, reason: 'Error' } } },
    events: [
      'Normal DeadlineExceeded Pod was active on the node longer than the specified deadline',
      'c: Normal Killing Stopping container c',
    ],
  },
  {
    name: 'too-big',
    manifest: sleeper('too-big', { container: { resources: { requests: { cpu: '500' } } } }),
    status: 'Pending',
    phase: 'Pending',
    container: {},
    events: ['Warning FailedScheduling 0/1 nodes are available: 1 Insufficient cpu.'],
  },
];

describe.runIf(canRunKubectl())('why a container waits or has ended', () => {
  const kubectl = useKubectl('reasons');

  beforeAll(async () => {
    await kubectl.ok(['create', 'secret', 'generic', 'keys', '--from-literal=a=b']);
    const items = rows.map(({ manifest }) => manifest);
    await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
  });

  test.each(rows)('$name: $status', async ({ name, status, phase, container, events }) => {
    const story = await storyWhen(kubectl, name, (current) => {
      expect(current.status.phase).toBe(phase);
      expect(current.status.containerStatuses?.[0] ?? {}).toMatchObject(container);
      for (const event of events)
        expect(current.events).toContainEqual(expect.stringMatching(new RegExp(`^${escaped(event)}`)));
    });
    expect(story.status.qosClass).toBe(
      name === 'out-of-memory' || name === 'too-big' ? 'Burstable' : 'BestEffort',
    );
    expect((await rowOf(kubectl, name)).status).toMatch(status);
  });

  test('a container that has run names itself with an id that no other one has', async () => {
    const ids = await Promise.all(
      ['done', 'last-words', 'out-of-memory'].map(async (name) => {
        const { state, containerID, imageID } = containerOf(await podStory(kubectl, name));
        expect(state.terminated?.containerID).toBe(containerID);
        expect(imageID).toMatch(/sha256:[0-9a-f]{64}$/);
        return await kubectl.ok([
          'get',
          'pod',
          name,
          '-o',
          'jsonpath={.status.containerStatuses[0].containerID}',
        ]);
      }),
    );
    for (const id of ids) expect(id).toMatch(/^podproof:\/\/.+-c-0$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the conditions of a pod that has ended say how', async () => {
    const done = await podStory(kubectl, 'done');
    expect(conditionOf(done, 'Initialized')).toMatchObject({ status: 'True', reason: 'PodCompleted' });
    expect(conditionOf(done, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
    const failed = await podStory(kubectl, 'last-words');
    expect(conditionOf(failed, 'ContainersReady')).toMatchObject({ status: 'False', reason: 'PodFailed' });
    const late = await podStory(kubectl, 'deadline');
    expect(late.status).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
