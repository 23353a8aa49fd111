import type { EventRecorder, ObjectApi } from '../../kube/object-api.ts';
import type { PodCondition } from '../../kube/pod-status.ts';
import type { Proof } from '../../kube/proof.ts';
import type { Clock } from '../../node/clock.ts';
import { judgeContainer, observeContainer } from '../../node/observe-container.ts';
import type { RunningContainer, RunningPod } from '../../node/running-pod.ts';
import { confinementVerdict, type Mismatch, mismatchMessage } from './confinement-condition.ts';
import { containerProof, type ProvenContainer, type SeenRun } from './proven-run.ts';
import { summarize } from './summarize.ts';
import { proofObject, writeProof } from './write-proof.ts';

export interface ProverOptions {
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  /** What `condition` says of the pod has changed. */
  readonly onProven: (pod: RunningPod) => void;
  /** A proof that could not be made or kept; the next change tries again. */
  readonly onProblem: (error: unknown) => void;
  /** From a container's start to the look at it: it is off the way to `Running`. */
  readonly delayMs?: number;
}

export interface Prover {
  /** Looks, soon, at those runs of its containers that were not looked at. Costs nothing when there are none. */
  onPodChanged(pod: RunningPod): void;
  /** Asks the kernel again, keeps the outcome and answers it. */
  prove(pod: RunningPod): Promise<Proof>;
  /** `ConfinementProven`, as of the last look; also does what `onPodChanged` does. */
  condition(pod: RunningPod): PodCondition;
  /** What was seen of a container's current run. */
  readonly seen: (pod: RunningPod, container: string) => SeenRun | undefined;
  /** Nothing is looked at any more. */
  close(): Promise<void>;
}

/** What is known of a pod; gone with it. */
interface Story {
  readonly containers: Map<string, ProvenContainer>;
  /** Mismatches that an event has told. */
  readonly told: Set<string>;
  isDue: boolean;
}

const defaultDelayMs = 25;
const maxTold = 1000;

/** Holds every container that starts against what its manifest asked for: one look at a time, so that others get their turn. */
export function createProver(options: ProverOptions): Prover {
  const { clock, onProven, onProblem, delayMs = defaultDelayMs } = options;
  const stories = new WeakMap<RunningPod, Story>();
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  const storyOf = (pod: RunningPod): Story => {
    const story = stories.get(pod) ?? { containers: new Map(), told: new Set(), isDue: false };
    stories.set(pod, story);
    return story;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const lookSoon = async (pod: RunningPod, story: Story): Promise<void> => {
    await clock.sleep(delayMs, closing.signal);
    await inTurn(async () => {
      story.isDue = false;
      if (closing.signal.aborted) return;
      const containers = pod.containers().filter((container) => isUnseen(container, story));
      const isNew = await lookAt(pod, containers, story);
      if (!isNew || closing.signal.aborted) return;
      await keep(pod, story, options);
      onProven(pod);
    });
  };
  const onPodChanged = (pod: RunningPod): void => {
    const story = storyOf(pod);
    if (story.isDue || closing.signal.aborted) return;
    if (!pod.containers().some((container) => isUnseen(container, story))) return;
    story.isDue = true;
    lookSoon(pod, story).catch(onProblem);
  };
  return {
    onPodChanged,
    prove: (pod) =>
      inTurn(async () => {
        const story = storyOf(pod);
        await lookAt(pod, pod.containers(), story);
        const proof = await keep(pod, story, options);
        onProven(pod);
        return proof;
      }),
    condition: (pod) => {
      onPodChanged(pod);
      const story = storyOf(pod);
      return {
        type: 'ConfinementProven',
        ...confinementVerdict(seenRuns(story), mismatchesOf(story)),
        lastTransitionTime: timestamp(clock.now()),
      };
    },
    seen: (pod, name) => {
      const current = pod.containers().find((container) => container.name === name)?.runtimeContainer?.id;
      const seen = stories.get(pod)?.containers.get(name)?.seen;
      return seen?.id === current ? seen : undefined;
    },
    close: async () => {
      closing.abort();
      await last;
    },
  };
}

function isUnseen({ name, status, runtimeContainer, confinement }: RunningContainer, story: Story): boolean {
  if (status.state.running === undefined || runtimeContainer === undefined || confinement === undefined)
    return false;
  return story.containers.get(name)?.lookedAt !== runtimeContainer.id;
}

/** True when something was found out. Of a container that does not run any more, what was seen stays. */
async function lookAt(
  { sandbox }: RunningPod,
  containers: readonly RunningContainer[],
  story: Story,
): Promise<boolean> {
  let isNew = false;
  for (const container of containers) {
    const id = container.runtimeContainer?.id;
    if (id === undefined) continue;
    const now = await observeContainer(container);
    const before = story.containers.get(container.name)?.seen;
    const atStart = before?.id === id ? before.atStart : undefined;
    const proof =
      now && judgeContainer(container, sandbox, now.observation, atStart === undefined ? {} : { atStart });
    const seen =
      now === undefined || proof === undefined
        ? undefined
        : { id, proof, atStart: atStart ?? now.observation, ...now };
    story.containers.set(container.name, { lookedAt: id, seen: seen ?? before });
    isNew ||= seen !== undefined;
  }
  return isNew;
}

/** Writes the proof down, and tells each mismatch once. */
async function keep(pod: RunningPod, story: Story, { api, recorder, clock }: ProverOptions): Promise<Proof> {
  const seen = seenRuns(story);
  const mismatches = mismatchesOf(story);
  for (const mismatch of mismatches) {
    const key = `${mismatch.run} ${mismatch.fact.field} ${JSON.stringify(mismatch.fact.observed)}`;
    if (story.told.has(key)) continue;
    // Of a pod that is started again and again, only what is new is of use.
    if (story.told.size >= maxTold) story.told.clear();
    story.told.add(key);
    recorder.record({
      about: pod.pod,
      type: 'Warning',
      reason: 'ConfinementMismatch',
      message: mismatchMessage(mismatch),
      fieldPath: `spec.${listOf(pod, mismatch.container)}{${mismatch.container}}`,
    });
  }
  const status = {
    ...(seen.length > 0 && { holds: mismatches.length === 0 }),
    provenAt: timestamp(clock.now()),
    containers: pod
      .containers()
      .map((container) => containerProof(container, story.containers.get(container.name)?.seen)),
    summary: summarize(seen),
  };
  return writeProof(api, proofObject(pod.pod, status));
}

function listOf(pod: RunningPod, name: string): string {
  const type = pod.containers().find((container) => container.name === name)?.type;
  if (type === 'init' || type === 'sidecar') return 'initContainers';
  return type === 'ephemeral' ? 'ephemeralContainers' : 'containers';
}

function seenRuns({ containers }: Story): readonly SeenRun[] {
  return [...containers.values()].flatMap(({ seen }) => seen ?? []);
}

function mismatchesOf({ containers }: Story): readonly Mismatch[] {
  return [...containers].flatMap(([container, { seen }]) =>
    (seen?.proof.facts ?? [])
      .filter(({ holds }) => !holds)
      .map((fact) => ({ container, run: seen?.id ?? '', fact })),
  );
}

/** RFC 3339 to the second. */
function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
