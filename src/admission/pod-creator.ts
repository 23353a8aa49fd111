/** Whose requests make the pods of a workload: a controller's account, for all but pods themselves. */
const CONTROLLERS: Readonly<Record<string, string>> = {
  ReplicationController: 'replication-controller',
  ReplicaSet: 'replicaset-controller',
  Deployment: 'replicaset-controller',
  StatefulSet: 'statefulset-controller',
  DaemonSet: 'daemon-set-controller',
  Job: 'job-controller',
  CronJob: 'job-controller',
};

/**
 * The user that the API server sees when the pods of an object of that kind are made. An exempt user is exempt for the
 * pods that they make themselves; those of their Deployments are made by a controller and judged. Undefined where nobody
 * knows: for a Pod without a user, and for custom resources.
 */
export function podCreator(kind: string, username: string | undefined): string | undefined {
  if (kind === 'Pod') return username;
  const controller = Object.hasOwn(CONTROLLERS, kind) ? CONTROLLERS[kind] : undefined;
  return controller === undefined ? undefined : `system:serviceaccount:kube-system:${controller}`;
}
