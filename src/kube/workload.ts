import type { FieldPath } from '../core/field-path.ts';
import { type Draft, draftOf } from './draft.ts';
import type { KubeObject, ObjectMeta } from './meta.ts';
import type { Pod, PodTemplateSpec, Volume } from './pod.ts';
import type { StatefulSet, WorkloadObject } from './workload-kinds.ts';

/** A pod template in its object: the pod that a controller would make of it, and where the template stands. */
export interface PodOfWorkload {
  readonly pod: Pod;
  /**
   * From the object's root to what holds the pod's `metadata` and `spec`: empty for a Pod, `['spec', 'template']` for a
   * Deployment. A path found in the pod stands in the document behind it.
   */
  readonly templatePath: FieldPath;
}

/** The kinds that make pods, with their API group, and where they keep the template. */
const TEMPLATE_PATHS: Readonly<Record<WorkloadObject['kind'] | 'Pod', readonly [group: string, FieldPath]>> =
  {
    Pod: ['', []],
    PodTemplate: ['', ['template']],
    ReplicationController: ['', ['spec', 'template']],
    Deployment: ['apps', ['spec', 'template']],
    ReplicaSet: ['apps', ['spec', 'template']],
    StatefulSet: ['apps', ['spec', 'template']],
    DaemonSet: ['apps', ['spec', 'template']],
    Job: ['batch', ['spec', 'template']],
    CronJob: ['batch', ['spec', 'jobTemplate', 'spec', 'template']],
  };

/** Where objects of this kind keep their pod template; undefined for a kind that Kubernetes itself does not have. */
function templatePathOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): FieldPath | undefined {
  if (!isWorkloadKind(object.kind)) return undefined;
  const [group, path] = TEMPLATE_PATHS[object.kind];
  return group === groupOf(object.apiVersion) ? path : undefined;
}

function isWorkloadKind(kind: string): kind is keyof typeof TEMPLATE_PATHS {
  return Object.hasOwn(TEMPLATE_PATHS, kind);
}

/** Whether a decoded object is a Pod. */
export function isPod(object: KubeObject): object is Pod {
  return object.kind === 'Pod' && object.apiVersion === 'v1';
}

/** Whether a decoded object is one of Kubernetes' own kinds that hold a pod template. */
export function isWorkloadObject(object: KubeObject): object is WorkloadObject {
  return !isPod(object) && templatePathOf(object) !== undefined;
}

/** `apps` of `apps/v1`; empty for the core group's `v1`. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/**
 * The pod that the object's controller would create, or undefined when the object makes none. It has the object's name
 * (a StatefulSet's first pod: `NAME-0`) and namespace, the template's labels and annotations, and no uid. The object
 * must have been decoded.
 */
export function podTemplateOf(object: KubeObject): PodOfWorkload | undefined {
  if (isPod(object)) return { pod: object, templatePath: [] };
  if (!isWorkloadObject(object)) return undefined;
  const [, templatePath] = TEMPLATE_PATHS[object.kind];
  const pod = podFromTemplate(object, templateOf(object));
  return { pod: object.kind === 'StatefulSet' ? podOfStatefulSet(pod, object) : pod, templatePath };
}

function templateOf(object: WorkloadObject): PodTemplateSpec {
  if (object.kind === 'PodTemplate') return object.template;
  return object.kind === 'CronJob' ? object.spec.jobTemplate.spec.template : object.spec.template;
}

/** The pod that a controller would make of a template. */
export function podFromTemplate(owner: KubeObject, template: PodTemplateSpec): Pod {
  const { name, generateName, namespace } = owner.metadata;
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const metadata: Draft<ObjectMeta> = {};
  if (name !== undefined) metadata.name = name;
  if (generateName !== undefined) metadata.generateName = generateName;
  if (namespace !== undefined) metadata.namespace = namespace;
  if (labels !== undefined) metadata.labels = labels;
  if (annotations !== undefined) metadata.annotations = annotations;
  if (finalizers !== undefined) metadata.finalizers = finalizers;
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

/** A StatefulSet's pods have a stable name, which is their host name, and a claim for each claim template. */
function podOfStatefulSet(pod: Pod, owner: StatefulSet): Pod {
  const { volumeClaimTemplates = [], serviceName = '', ordinals } = owner.spec;
  const name = `${owner.metadata.name ?? ''}-${ordinals?.start ?? 0}`;
  const claims = volumeClaimTemplates.map<Volume>((it) => ({
    name: it.metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimName(it.metadata.name ?? '', name) },
  }));
  const replaced = new Set(claims.map((it) => it.name));
  const kept = (pod.spec.volumes ?? []).filter((it) => !replaced.has(it.name));
  const spec = draftOf(pod.spec);
  if (kept.length + claims.length > 0) spec.volumes = [...kept, ...claims];
  spec.hostname = name;
  if (serviceName !== '') spec.subdomain = serviceName;
  const metadata = draftOf(pod.metadata);
  metadata.name = name;
  return { ...pod, metadata, spec };
}

/** The name of the claim that a StatefulSet makes for a pod: `TEMPLATE-POD`. */
export function claimName(template: string, pod: string): string {
  return `${template}-${pod}`;
}
