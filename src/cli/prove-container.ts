import { containersOf } from '../confinement/containers.ts';
import { writablePaths } from '../confinement/writable-paths.ts';
import type { FindingReport } from '../core/contract/check-report.ts';
import type { ContainerProof } from '../core/contract/proof-report.ts';
import type { Origin } from '../core/sourced.ts';
import type { Pod } from '../kube/pod.ts';
import type { Workload } from '../manifest/workloads.ts';
import { tailLog } from '../node/logs.ts';
import { judgeContainer, observeContainer } from '../node/observe-container.ts';
import type { RunningContainer } from '../node/running-pod.ts';
import { type DocumentPlace, documentPlace, findingReport } from '../predict/document-place.ts';
import type { Sandbox } from '../runtime/engine.ts';
import { refusalAdvice } from './refusal-advice.ts';
import type { PodWatch } from './watch-pod.ts';

const LOG_LINES = 10;

/** Everything that a report says of one container: its state, and what the kernel says against what was expected. */
export async function proveContainer(
  container: RunningContainer,
  workload: Workload,
  sandbox: Sandbox | undefined,
  watch: PodWatch,
): Promise<ContainerProof> {
  const { name, type, status, image } = container;
  const atStart = await watch.atStart(name);
  const now = await observeContainer(container);
  const observation = now?.observation ?? atStart;
  const lineOf = (origin: Origin): number | undefined =>
    origin.kind === 'manifest' ? workload.locate(origin.path).line : undefined;
  const proof =
    observation && judgeContainer(container, sandbox, observation, { lineOf, ...(atStart && { atStart }) });
  const refusal = refusalAdvice(container, workload.pod);
  const logTail = hasFailed(container) ? await readLogTail(container) : [];
  return {
    name,
    type,
    image: container.container.image ?? status.image,
    ...(image !== undefined && { imageDigest: image.digest }),
    state: status.state,
    ...(refusal && {
      advice: refusal.advice,
      ...(refusal.path && { adviceLine: workload.locate(refusal.path).line }),
    }),
    restartCount: status.restartCount,
    ...(proof !== undefined && { proof }),
    processes: now?.processes ?? [],
    ...(proof !== undefined &&
      container.confinement !== undefined && { writable: writablePaths(container.confinement) }),
    findings: findingsOf(container, workload, proof !== undefined),
    ...(logTail.length > 0 && { logTail }),
  };
}

/** Refused, ended badly, or waiting to be started again after that. */
function hasFailed({ status: { state, lastState } }: RunningContainer): boolean {
  const ended = state.terminated ?? (state.waiting === undefined ? undefined : lastState.terminated);
  return ended !== undefined && ended.exitCode !== 0;
}

async function readLogTail({ logPath }: RunningContainer): Promise<readonly string[]> {
  const lines = await tailLog(logPath, LOG_LINES);
  return lines.map(({ text }) => text);
}

function findingsOf(
  container: RunningContainer,
  workload: Workload,
  isProven: boolean,
): readonly FindingReport[] {
  const { findings, name, status, confinement } = container;
  const place = documentPlace(workload);
  // What is about the whole pod stands with the pod.
  const own = findings.filter((finding) => finding.container === name);
  const isMissed = status.state.terminated !== undefined && !isProven && confinement !== undefined;
  return [
    ...(isMissed ? [ENDED_BEFORE_OBSERVED] : []),
    ...notPulledAgain(container, place, workload.pod),
    ...own.map((finding) => findingReport(finding, place)),
  ];
}

/** A proof is about the image that is at hand: what the store has is used whatever the pull policy says. */
function notPulledAgain(
  { name, type, container, image }: RunningContainer,
  place: DocumentPlace,
  pod: Pod,
): readonly FindingReport[] {
  const placed = containersOf(pod).find((it) => it.type === type && it.container.name === name);
  if (image === undefined || placed === undefined || container.imagePullPolicy !== 'Always') return [];
  const path = [...placed.path, 'imagePullPolicy'];
  const message = 'imagePullPolicy is Always: an image that is in the store is used all the same';
  const advice = `podproof image pull ${container.image ?? ''}`;
  return [findingReport({ severity: 'note', code: 'image-not-pulled', message, path, advice }, place)];
}

const ENDED_BEFORE_OBSERVED: FindingReport = {
  severity: 'warning',
  code: 'ended-before-observed',
  message: 'it ended before the kernel could be asked about it: nothing is proven',
};
