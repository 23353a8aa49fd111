import type { Descriptions } from './description.ts';

const TEMPLATE = 'What the pods are made from.';
const SELECTOR = 'Which pods are its own. The labels of the template must fit.';

/** Kinds that make pods. */
export const WORKLOADS: Descriptions = {
  Deployment: { type: 'Keeps a number of equal pods, and replaces them when the template changes.' },
  DeploymentSpec: {
    type: 'How many pods, of what, and how they are replaced.',
    fields: {
      replicas: 'How many. Default: 1.',
      selector: SELECTOR,
      template: TEMPLATE,
      strategy: 'How old pods are replaced by new ones.',
      minReadySeconds: 'How long a pod must be ready to count as available. Default: 0.',
      revisionHistoryLimit: 'How many old ReplicaSets are kept for kubectl rollout undo. Default: 10.',
      paused: 'With true, changes of the template wait (kubectl rollout pause).',
      progressDeadlineSeconds: 'After this time without progress a rollout has failed. Default: 600.',
    },
  },
  DeploymentStrategy: {
    type: 'How old pods are replaced by new ones.',
    fields: {
      type: 'RollingUpdate: bit by bit. Recreate: all old ones end first. Default: RollingUpdate.',
      rollingUpdate: 'How many at a time. For RollingUpdate alone.',
    },
  },
  RollingUpdateDeployment: {
    type: 'How many pods are replaced at a time.',
    fields: {
      maxSurge: 'So many more than replicas there may be, as a number or a percentage. Default: 25%.',
      maxUnavailable: 'So many fewer may be available. Default: 25%.',
    },
  },
  DeploymentStatus: {
    type: 'How far the rollout is.',
    fields: {
      observedGeneration: 'Which generation of the spec this is about.',
      replicas: 'Pods that there are.',
      updatedReplicas: 'Those of the newest template.',
      readyReplicas: 'Those that are ready.',
      availableReplicas: 'Those that have been ready for minReadySeconds.',
      unavailableReplicas: 'Those that are still missing.',
      conditions: 'Available, Progressing and ReplicaFailure.',
    },
  },
  ReplicaSet: {
    type: 'Keeps a number of equal pods. A Deployment makes one for each template that it has had.',
  },
  ReplicaSetSpec: {
    type: 'How many pods, and of what.',
    fields: {
      replicas: 'How many. Default: 1.',
      selector: SELECTOR,
      template: TEMPLATE,
      minReadySeconds: 'How long a pod must be ready to count as available. Default: 0.',
    },
  },
  Job: { type: 'Runs pods until enough of them have succeeded.' },
  JobSpec: {
    type: 'How many pods must succeed, how many run at a time, and when it has failed.',
    fields: {
      template: TEMPLATE,
      completions: 'How many must succeed. Default: 1.',
      parallelism: 'How many run at a time. Default: 1.',
      backoffLimit: 'After so many failures the Job has failed. Default: 6.',
      activeDeadlineSeconds: 'After this time the Job has failed.',
      ttlSecondsAfterFinished: 'How long after its end it is deleted; without it, never.',
      completionMode: 'NonIndexed, or Indexed: each pod has a number. Default: NonIndexed.',
      backoffLimitPerIndex: 'The same as backoffLimit for each number.',
      maxFailedIndexes: 'After so many numbers have failed, the Job has.',
      suspend: 'With true, it has no pods. Default: false.',
      selector: 'Made by the server.',
      manualSelector: 'With true, the selector is your own.',
      podFailurePolicy: 'What a failed pod means, by exit code or condition.',
      successPolicy: 'Which numbers are enough.',
      podReplacementPolicy: 'TerminatingOrFailed or Failed: when a failed pod is replaced.',
    },
  },
};
