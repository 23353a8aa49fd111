import { clusterNode } from './kinds/cluster-node.ts';
import { configMap } from './kinds/config-map.ts';
import { deployment } from './kinds/deployment.ts';
import { endpointSlice } from './kinds/endpoint-slice.ts';
import { endpoints } from './kinds/endpoints.ts';
import { event } from './kinds/event.ts';
import { eventV1 } from './kinds/event-v1.ts';
import { job } from './kinds/job.ts';
import { lease } from './kinds/lease.ts';
import { namespace } from './kinds/namespace.ts';
import { persistentVolume } from './kinds/persistent-volume.ts';
import { persistentVolumeClaim } from './kinds/persistent-volume-claim.ts';
import { pod } from './kinds/pod.ts';
import { proof } from './kinds/proof.ts';
import { replicaSet } from './kinds/replica-set.ts';
import { runtimeClass } from './kinds/runtime-class.ts';
import { secret } from './kinds/secret.ts';
import { selfSubjectAccessReview } from './kinds/self-subject-access-review.ts';
import { selfSubjectReview } from './kinds/self-subject-review.ts';
import { selfSubjectRulesReview } from './kinds/self-subject-rules-review.ts';
import { service } from './kinds/service.ts';
import { serviceAccount } from './kinds/service-account.ts';
import type { ResourceKind } from './resource-kind.ts';

/**
 * The kinds of the API, in the order in which discovery, and so `kubectl get all`, tells them. A further kind is a
 * further line.
 */
export const KINDS: readonly ResourceKind[] = Object.freeze([
  configMap,
  endpoints,
  event,
  namespace,
  clusterNode,
  persistentVolumeClaim,
  persistentVolume,
  pod,
  secret,
  serviceAccount,
  service,
  deployment,
  replicaSet,
  eventV1,
  selfSubjectReview,
  selfSubjectAccessReview,
  selfSubjectRulesReview,
  job,
  lease,
  endpointSlice,
  runtimeClass,
  proof,
]);
