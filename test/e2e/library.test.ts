import { Readable } from 'node:stream';
import { expect, inject, test } from 'vitest';
// Only what a program that uses podproof as a library has.
import {
  compare,
  confine,
  containersOf,
  describeImage,
  identityOf,
  observe,
  observeOptionsFor,
  openImageStore,
  PodproofError,
  predict,
  provePods,
  readManifests,
  startVerdict,
  typicalPlatform,
  workloadsOf,
} from '../../src/index.ts';
import { canRunContainers } from '../support/machine.ts';
import { SAMPLE_LAYOUT } from '../support/paths.ts';

const yaml = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true}
  containers:
    - {name: c, image: "localhost/busybox:app", command: [sleep, "100"]}
`;

function input(): { readonly stdin: Readable } {
  return { stdin: Readable.from([yaml]) };
}

test.skipIf(!canRunContainers())('a prediction, and each of its steps by itself', async () => {
  const set = await readManifests(['-'], input());
  const workloads = workloadsOf(set);
  const image = await describeImage(`oci:${SAMPLE_LAYOUT}:localhost/busybox:app`);
  expect(identityOf(image)).toMatchObject({ uid: 1654, verifiableAsNonRoot: false });
  const platform = typicalPlatform('containerd');
  const images = { find: () => Promise.resolve(image) };
  const report = await predict({ workloads, lookup: set.lookup, images, platform });
  expect(report.summary).toMatchObject({ workloads: 1, denied: 1, wouldNotStart: 1 });
  const pod = workloads[0]?.pod;
  const [container] = pod === undefined ? [] : containersOf(pod);
  if (pod === undefined || container === undefined) throw new Error('no container');
  expect(startVerdict({ pod, container, image, platform })).toMatchObject({ ok: false });
  expect(confine({ pod, container, image, platform }).confinement.user.value.uid).toBe(1654);
});

test.skipIf(!canRunContainers())('a proof, without a command line', async () => {
  const root = inject('podproofRoot');
  const refused = await provePods(['-'], { root, ...input() });
  expect(refused.summary).toMatchObject({ pods: 1, refused: 1 });
  const numeric = Readable.from([yaml.replace(':app', ':1654')]);
  const { summary, pods } = await provePods(['-'], { root, stdin: numeric, settleMs: 100 });
  expect(summary).toMatchObject({ proven: 1, failed: 0 });
  expect(pods[0]?.containers[0]?.proof?.holds).toBe(true);
  expect(openImageStore(`${root}/lib`).list().length).toBeGreaterThan(0);
});

test.skipIf(!canRunContainers())('a proof that is given up leaves nothing, and says why', async () => {
  const controller = new AbortController();
  const reason = new PodproofError('interrupted', 'enough');
  const stdin = Readable.from([yaml.replace(':app', ':1654')]);
  const proof = provePods(['-'], {
    root: inject('podproofRoot'),
    stdin,
    settleMs: 60_000,
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(reason), 500);
  await expect(proof).rejects.toBe(reason);
});

test('any process can be observed and compared', async () => {
  const set = await readManifests(['-'], input());
  const pod = workloadsOf(set)[0]?.pod;
  const [container] = pod === undefined ? [] : containersOf(pod);
  if (pod === undefined || container === undefined) throw new Error('no container');
  const platform = typicalPlatform('containerd');
  const { confinement } = confine({ pod, container, image: undefined, platform });
  const observation = await observe(process.pid, observeOptionsFor(confinement));
  expect(compare(confinement, observation, {}).holds).toBe(false);
});
