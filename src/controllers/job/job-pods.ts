import type { Container, Pod } from '../../kube/pod.ts';
import type { PodPhase } from '../../kube/pod-status.ts';
import type { Job } from '../../kube/workload-kinds.ts';
import { millisecondsOf } from '../clock.ts';
import { podOfTemplate } from '../make-pod.ts';

/** Holds a finished pod until it has been counted. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const indexAnnotation = 'batch.kubernetes.io/job-completion-index';

export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed';
}

/** Undefined for a pod that has none. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[indexAnnotation] ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A pod that is on its way counts as failed too, unless the job waits for its end to replace it. */
export function hasFailed({ spec }: Job, { metadata, status }: Pod): boolean {
  if (status?.phase === 'Failed') return true;
  if (spec.podReplacementPolicy === 'Failed') return false;
  return metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded';
}

export function isTracked({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) === true;
}

/** The pod that the job makes next; `index` only for an indexed one. */
export function podOfJob(job: Job, index: number | undefined): Pod {
  const pod = podOfTemplate(job, job.spec.template);
  const { name = '', uid = '' } = job.metadata;
  const labels = {
    ...pod.metadata.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  const tracked: Pod = { ...pod, metadata: { ...pod.metadata, labels, finalizers } };
  return index === undefined ? tracked : withIndex(tracked, name, index);
}

function withIndex(pod: Pod, job: string, index: number): Pod {
  const own = { [indexAnnotation]: `${index}` };
  const { metadata, spec } = pod;
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexAnnotation}']` } },
  };
  const withVariable = (container: Container): Container =>
    container.env?.some((it) => it.name === variable.name) === true
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    ...pod,
    metadata: {
      ...metadata,
      generateName: `${job}-${index}-`,
      labels: { ...metadata.labels, ...own },
      annotations: { ...metadata.annotations, ...own },
    },
    spec: {
      ...spec,
      hostname: spec.hostname ?? `${job}-${index}`,
      containers: spec.containers.map(withVariable),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withVariable) }),
    },
  };
}

/** When the pod ended: its last container, or what is known instead. */
function finishedMs({ metadata, status }: Pod, nowMs: number): number {
  const ends = (status?.containerStatuses ?? []).map((it) => millisecondsOf(it.state.terminated?.finishedAt));
  const known = ends.filter((it) => it !== undefined);
  if (known.length > 0) return Math.max(...known);
  return millisecondsOf(metadata.deletionTimestamp) ?? nowMs;
}

const firstBackOffMs = 10_000;
const lastBackOffMs = 600_000;

/** When the next pod may be made: 10 s after a failure, doubling with each further one since the last success. */
export function nextPodMs(pods: readonly Pod[], nowMs: number): number {
  const endsOf = (phase: PodPhase): readonly number[] =>
    pods.filter((it) => it.status?.phase === phase).map((it) => finishedMs(it, nowMs));
  const lastSuccess = Math.max(0, ...endsOf('Succeeded'));
  const failures = endsOf('Failed').filter((it) => it > lastSuccess);
  if (failures.length === 0) return 0;
  return Math.max(...failures) + Math.min(firstBackOffMs * 2 ** (failures.length - 1), lastBackOffMs);
}
