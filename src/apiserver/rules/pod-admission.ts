import type { Pod, PodSpec } from '../../kube/pod.ts';
import type { Toleration } from '../../kube/scheduling.ts';
import { ApiError } from '../../kube/status.ts';
import type { WriteContext } from '../resource-kind.ts';

/** The priority classes that every cluster has. */
const PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** How long pods stay on a node that is lost: upstream's DefaultTolerationSeconds. */
const LOST_NODE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** What upstream's mutating admission plugins add to a new pod. Refuses what they refuse. */
export function admitPod(pod: Pod, context: WriteContext): Pod {
  const spec = [withServiceAccount, withPriority, withRuntimeClass, withTolerations].reduce<PodSpec>(
    (current, admit) => admit(current, pod, context),
    pod.spec,
  );
  return { ...pod, spec };
}

type Admit = (spec: PodSpec, pod: Pod, context: WriteContext) => PodSpec;

const withServiceAccount: Admit = (spec, pod, { objects }) => {
  const name = spec.serviceAccountName || 'default';
  const namespace = pod.metadata.namespace ?? '';
  const account = objects.get('ServiceAccount', namespace, name);
  // The default account of a namespace that was made this moment may not be there yet.
  if (account === undefined && name !== 'default') {
    throw forbiddenPod(
      pod,
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  const secrets = spec.imagePullSecrets?.length ? spec.imagePullSecrets : account?.imagePullSecrets;
  return {
    ...spec,
    serviceAccountName: name,
    serviceAccount: name,
    ...(secrets && { imagePullSecrets: secrets }),
  };
};

const withPriority: Admit = (spec, pod) => {
  const name = spec.priorityClassName ?? '';
  if (name !== '' && !Object.hasOwn(PRIORITIES, name)) {
    throw forbiddenPod(pod, `no PriorityClass with name ${name} was found`);
  }
  const priority = PRIORITIES[name] ?? 0;
  if (spec.priority !== undefined && spec.priority !== priority) {
    const detail = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw forbiddenPod(pod, detail);
  }
  return { ...spec, priority, preemptionPolicy: spec.preemptionPolicy || 'PreemptLowerPriority' };
};

const withRuntimeClass: Admit = (spec, pod, { objects }) => {
  const name = spec.runtimeClassName ?? '';
  if (name === '') return spec;
  const runtimeClass = objects.get('RuntimeClass', '', name);
  if (runtimeClass === undefined) {
    throw forbiddenPod(pod, `pod rejected: RuntimeClass "${name}" not found`);
  }
  const overhead = runtimeClass.overhead?.podFixed;
  const nodeSelector = runtimeClass.scheduling?.nodeSelector;
  const tolerations = runtimeClass.scheduling?.tolerations;
  return {
    ...spec,
    ...(overhead && { overhead }),
    ...(nodeSelector && { nodeSelector: { ...spec.nodeSelector, ...nodeSelector } }),
    ...(tolerations && { tolerations: [...(spec.tolerations ?? []), ...tolerations] }),
  };
};

const withTolerations: Admit = (spec) => {
  const own = spec.tolerations ?? [];
  const missing = LOST_NODE_TAINTS.filter((taint) => !own.some((it) => toleratesNoExecute(it, taint)));
  const added = missing.map<Toleration>((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  return added.length === 0 ? spec : { ...spec, tolerations: [...own, ...added] };
};

function toleratesNoExecute({ key = '', effect = '' }: Toleration, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}

function forbiddenPod(pod: Pod, why: string): ApiError {
  const name = pod.metadata.name ?? '';
  return new ApiError('Forbidden', `pods "${name}" is forbidden: ${why}`, { name, kind: 'pods' });
}
