import {
  carriedOut,
  carriedOutWhere,
  differing,
  type FieldTreatment,
  noted,
  refused,
  type Treatment,
  type Treatments,
  warned,
} from '../../core/treatment.ts';
import type { PodSpec } from '../../kube/pod.ts';

const scheduler = 'src/controllers/scheduler/scheduler.test.ts';
const admission = 'src/apiserver/kinds/pod.test.ts';
const oneNode = 'there is one node and no scheduler';

/** Of pods that are run alone no scheduler knows. */
function scheduled<Value>(onNode: Treatment<Value>): FieldTreatment<Value> {
  return differing<Value>({ alone: noted(oneNode), node: onNode });
}

export const podSpecTreatments: Treatments<PodSpec> = {
  containers: carriedOut('src/confinement/containers.test.ts'),
  initContainers: carriedOut('src/confinement/containers.test.ts'),
  ephemeralContainers: carriedOut('src/confinement/containers.test.ts', 'test/e2e/kubectl/debug.test.ts'),
  volumes: carriedOut('src/confinement/mounts.test.ts'),
  securityContext: carriedOut('src/confinement/effective-context.test.ts'),
  hostUsers: carriedOut('src/confinement/namespaces.test.ts', 'test/integration/confinement-matrix.test.ts'),
  hostNetwork: carriedOut(
    'src/confinement/namespaces.test.ts',
    'test/integration/confinement-matrix.test.ts',
  ),
  hostPID: carriedOut('src/confinement/namespaces.test.ts', 'test/integration/confinement-matrix.test.ts'),
  hostIPC: carriedOut('src/confinement/namespaces.test.ts', 'test/integration/confinement-matrix.test.ts'),
  shareProcessNamespace: carriedOut(
    'src/confinement/namespaces.test.ts',
    'test/integration/confinement-matrix.test.ts',
  ),
  restartPolicy: carriedOut('src/node/lifecycle.test.ts', 'test/integration/pod-lifecycle.test.ts'),
  terminationGracePeriodSeconds: carriedOut('test/integration/pod-lifecycle.test.ts'),
  activeDeadlineSeconds: carriedOut('test/integration/pod-lifecycle.test.ts', 'src/node/run-pod.test.ts'),
  dnsPolicy: differing({
    alone: carriedOutWhere(
      'ClusterFirst means the name servers of the machine: there is no cluster DNS',
      'src/node/resolv-conf.test.ts',
    ),
    node: carriedOut('src/node/resolv-conf.test.ts', 'test/integration/services.test.ts'),
  }),
  dnsConfig: carriedOut('src/node/resolv-conf.test.ts'),
  hostname: carriedOut('src/confinement/hostname.test.ts'),
  hostnameOverride: carriedOut('src/confinement/hostname.test.ts'),
  subdomain: carriedOut('src/confinement/hostname.test.ts'),
  setHostnameAsFQDN: carriedOut('src/confinement/start-verdict.test.ts'),
  hostAliases: carriedOut('src/node/hosts.test.ts'),
  enableServiceLinks: differing({
    alone: carriedOutWhere(
      'true adds nothing: there are no Services on this node',
      'src/node/env/resolve-env.test.ts',
    ),
    node: carriedOut('src/services/service-env.test.ts', 'test/integration/services.test.ts'),
  }),
  serviceAccountName: differing({
    alone: carriedOut('src/confinement/service-account-token.test.ts'),
    node: carriedOut(admission, 'src/apiserver/service-account-tokens.test.ts'),
  }),
  serviceAccount: carriedOut('src/confinement/service-account-token.test.ts'),
  automountServiceAccountToken: differing({
    alone: carriedOutWhere('decision 0020', 'src/confinement/service-account-token.test.ts'),
    node: carriedOut('src/apiserver/write/create-object.test.ts'),
  }),
  imagePullSecrets: differing({
    alone: noted('registry logins come from the docker configuration of the user'),
    node: carriedOut('src/node/images/image-puller.test.ts', 'test/integration/kubelet-images.test.ts'),
  }),
  os: refused(
    'podproof runs Linux pods only',
    ({ name }) => name !== 'linux',
    'src/kubelet/reject-pod.test.ts',
  ),
  runtimeClassName: differing<string>({
    alone: refused('there are no RuntimeClasses here', (name) => name !== ''),
    node: carriedOutWhere(
      "its handler must be the node's runtime, else the pod waits with FailedCreatePodSandBox",
      admission,
      'src/node/runtime-handler.test.ts',
    ),
  }),
  overhead: differing({
    alone: noted('it belongs to a RuntimeClass'),
    node: carriedOutWhere('counted by the scheduler; a pod has no limit of its own to add it to', scheduler),
  }),
  resources: carriedOut('src/confinement/resources.test.ts'),
  nodeName: scheduled(carriedOut(scheduler, 'test/integration/kubelet.test.ts')),
  nodeSelector: scheduled(carriedOut(scheduler, 'src/kubelet/reject-pod.test.ts')),
  affinity: scheduled(
    carriedOutWhere('what is preferred decides nothing where there is one node', scheduler),
  ),
  tolerations: scheduled(
    carriedOutWhere(
      'a taint with NoExecute keeps pods away and ends none, so that tolerationSeconds never pass',
      scheduler,
    ),
  ),
  topologySpreadConstraints: scheduled(
    carriedOutWhere('ScheduleAnyway decides nothing where there is one node', scheduler),
  ),
  schedulerName: differing<string>({
    alone: noted(oneNode, (name) => name !== '' && name !== 'default-scheduler'),
    node: warned(
      'no such scheduler is part of this node, and the pod stays Pending until somebody binds it',
      (name) => name !== '' && name !== 'default-scheduler',
      scheduler,
    ),
  }),
  schedulingGates: differing({
    alone: refused('a pod with scheduling gates is never scheduled: remove them'),
    node: carriedOut(scheduler),
  }),
  schedulingGroup: scheduled(noted('pods are scheduled one by one')),
  priority: differing({
    alone: carriedOut('src/confinement/oom-score.test.ts'),
    node: carriedOutWhere('that of the priority class, as admission computes it', admission),
  }),
  priorityClassName: differing<string>({
    alone: noted('there are no PriorityClasses here'),
    node: noted(
      'the pod gets its priority, but no other pod is ended for its sake',
      (name) => name !== '',
      admission,
    ),
  }),
  preemptionPolicy: scheduled(
    carriedOutWhere(
      'as Never: no pod is ended for the sake of another, which priorityClassName warns of',
      scheduler,
    ),
  ),
  readinessGates: differing({
    alone: warned('nobody sets their conditions here, so the pod counts as ready without'),
    node: carriedOut('src/kubelet/merge-status.test.ts', 'test/e2e/pods/probes.test.ts'),
  }),
  resourceClaims: refused('dynamic resource allocation needs a driver'),
};
