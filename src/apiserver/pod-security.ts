import { type Admission, admit } from '../admission/admit.ts';
import { levelsFor } from '../admission/namespace-policy.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Container, Pod } from '../kube/pod.ts';
import { isPod, isWorkloadObject, podTemplateOf } from '../kube/workload.ts';
import type { AuditRecord } from './object-service.ts';
import { relabelled } from './relabelled-namespace.ts';
import type { ResourceKind, UserInfo } from './resource-kind.ts';
import type { Transaction } from './store/transaction.ts';
import { isNamespace } from './write/namespace-lifecycle.ts';
import { forbidden, invalidFor } from './write/refusals.ts';

/** The request that is admitted. */
export interface AdmittedWrite {
  readonly kind: ResourceKind;
  readonly transaction: Transaction;
  readonly user: UserInfo;
  readonly nowMs: number;
}

/**
 * Pod Security Admission by the labels of namespaces. Answers warnings, throws `Forbidden` with upstream's text (and
 * `Invalid` for labels of a namespace that cannot be read), and records what the audit level finds.
 */
export interface PodSecurity {
  readonly audit: readonly AuditRecord[];
  admitCreate(write: AdmittedWrite, object: KubeObject): readonly string[];
  admitUpdate(write: AdmittedWrite, next: KubeObject, previous: KubeObject): readonly string[];
}

const MAX_AUDIT_RECORDS = 1000;
const ANNOTATION_PREFIX = 'pod-security.kubernetes.io/';

export function createPodSecurity(): PodSecurity {
  const audit: AuditRecord[] = [];
  const review = (write: AdmittedWrite, object: KubeObject, verb: string): readonly string[] => {
    const admission = admissionOf(write, object);
    if (admission === undefined) return [];
    const { name = '', namespace = '' } = object.metadata;
    if (admission.auditAnnotations['audit-violations'] !== undefined) {
      audit.push(auditRecord(write, verb, namespace, name, admission));
      if (audit.length > MAX_AUDIT_RECORDS) audit.shift();
    }
    if (!admission.allowed) throw forbidden(write.kind, name, admission.message);
    return admission.warnings;
  };
  return {
    audit,
    admitCreate: (write, object) => {
      if (isNamespace(object)) refuseUnreadable(write.kind, object);
      return review(write, object, 'create');
    },
    admitUpdate: (write, next, previous) => {
      if (isNamespace(next)) {
        refuseUnreadable(write.kind, next, previous);
        return relabelled(write.transaction, next, previous);
      }
      if (isPod(next) && isPod(previous) && !changesMuch(next, previous)) return [];
      return review(write, next, 'update');
    },
  };
}

/** Undefined for what makes no pods. Templates are not refused: the pods that are made of them will be. */
function admissionOf({ transaction, user }: AdmittedWrite, object: KubeObject): Admission | undefined {
  if (!isPod(object) && !isWorkloadObject(object)) return undefined;
  const { namespace = '' } = object.metadata;
  const labels = transaction.get('Namespace', '', namespace)?.metadata.labels;
  if (labels === undefined) return undefined;
  const { policy } = levelsFor(labels);
  const pod = podTemplateOf(object)?.pod;
  if (pod === undefined) return undefined;
  const { metadata, spec } = pod;
  return admit({ metadata, spec, namespace, username: user.username, isController: !isPod(object) }, policy);
}

/** Of what may change in a running pod, only this can make it violate anything. */
function changesMuch(next: Pod, previous: Pod): boolean {
  return securityText(next) !== securityText(previous);
}

function securityText({ metadata, spec }: Pod): string {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) =>
    /(?:seccomp|apparmor)/.test(key),
  );
  return JSON.stringify([
    securityOf(spec.initContainers),
    securityOf(spec.containers),
    securityOf(spec.ephemeralContainers),
    annotations,
  ]);
}

function securityOf(containers: readonly Container[] | undefined): unknown {
  return containers?.map(({ name, image, securityContext }) => [name, image, securityContext]);
}

/** Labels that were unreadable before may stay so: other labels must be writable. */
function refuseUnreadable(kind: ResourceKind, next: KubeObject, previous?: KubeObject): void {
  const { problems } = levelsFor(next.metadata.labels);
  if (problems.length === 0) return;
  const before = previous === undefined ? [] : levelsFor(previous.metadata.labels).problems;
  if (problems.join('\n') === before.join('\n')) return;
  throw invalidFor(
    kind,
    next.metadata.name ?? '',
    problems.map((text) => ({ reason: 'FieldValueInvalid', text })),
  );
}

function auditRecord(
  { kind, user, nowMs }: AdmittedWrite,
  verb: string,
  namespace: string,
  name: string,
  { auditAnnotations }: Admission,
): AuditRecord {
  const annotations = Object.entries(auditAnnotations).map(([key, value]) => [
    ANNOTATION_PREFIX + key,
    value,
  ]);
  return {
    at: new Date(nowMs).toISOString(),
    user: user.username,
    verb,
    resource: kind.resource,
    namespace,
    name,
    annotations: Object.fromEntries(annotations),
  };
}
