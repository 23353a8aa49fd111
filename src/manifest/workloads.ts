import { PodproofError } from '../core/errors.ts';
import type { FieldPath } from '../core/field-path.ts';
import type { Finding } from '../core/finding.ts';
import { decodePodTemplate } from '../kube/decode-object.ts';
import { applyDefaults, type DefaultedPod } from '../kube/defaults.ts';
import { formatFieldError, prefixed } from '../kube/field-error.ts';
import type { KubeObject } from '../kube/meta.ts';
import type { Pod } from '../kube/pod.ts';
import { validatePodTemplate } from '../kube/validate-pod.ts';
import { podFromTemplate, podTemplateOf } from '../kube/workload.ts';
import { type FileProblem, throwProblems } from './file-problem.ts';
import type { Position } from './line-index.ts';
import type { ApiError, ManifestObject, ManifestSet, ObjectSource } from './manifest-set.ts';

/** An object that makes pods, and the pod that it makes. */
export interface Workload {
  /** The object as it was read. */
  readonly written: ManifestObject;
  readonly source: ObjectSource;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** From the object's root to the pod template: `['spec', 'template']`; empty for a Pod. */
  readonly templatePath: FieldPath;
  /** As the API server would store it. */
  readonly pod: DefaultedPod;
  /** As the controller would send it: only what the manifest says. */
  readonly rawPod: Pod;
  /**
   * What the API server would not take, yet is read here: unknown fields in the template of a custom resource (its
   * controller may know them), and ephemeral containers of a pod that does not run yet.
   */
  readonly findings: readonly Finding[];
  /** What the API server would refuse it for, where that was to be kept. */
  readonly apiErrors: readonly ApiError[];
  /** The place of a field, given from the pod's root (`spec`, ...), or of its nearest ancestor that was written. */
  readonly locate: (path: FieldPath) => Position;
}

/** Which objects count as workloads; everything may be left out. */
export interface WorkloadOptions {
  /** Where custom resources keep their pod template: `spec.workload.podTemplate`; `spec.template` is always tried. */
  readonly templatePath?: string;
  /** As in `readManifests`, for the templates of custom resources. */
  readonly refusedObjects?: 'throw' | 'keep';
}

/**
 * The workloads of a set: Kubernetes' own kinds, and every custom resource with a pod template at `spec.template` or at
 * `templatePath`. Throws like `readManifests` when a custom resource's template is not valid.
 */
export function workloadsOf(set: ManifestSet, options: WorkloadOptions = {}): readonly Workload[] {
  const { workloads, unreadable } = findWorkloads(set.objects, options.templatePath);
  if (options.refusedObjects !== 'keep' || unreadable.length > 0) {
    const whatFailed = unreadable.length > 0 ? 'unreadable' : 'refused';
    throwProblems([...unreadable, ...workloads.flatMap(refusals)], whatFailed);
  }
  return workloads;
}

/** Workloads, and the templates of custom resources that cannot be read. */
export interface FoundWorkloads {
  readonly workloads: readonly Workload[];
  readonly unreadable: readonly FileProblem[];
}

/** The same without an end at the first mistake: everything that the API server would refuse is kept. */
export function findWorkloads(objects: readonly ManifestObject[], templatePath?: string): FoundWorkloads {
  const paths = templatePath === undefined ? [] : [parseTemplatePath(templatePath)];
  const unreadable: FileProblem[] = [];
  const workloads: Workload[] = [];
  for (const it of objects) {
    const found = podTemplateOf(it.object);
    if (found === undefined) {
      workloads.push(...customWorkload(it, [...paths, ['spec', 'template']], unreadable));
    } else if (!isOvercrowded(found.pod, it, unreadable)) {
      workloads.push(workload(it, found.pod, found.templatePath, findingsOf(found.pod)));
    }
  }
  return { workloads, unreadable };
}

/** No node runs a pod like that; and what is said of each container is long. */
const MAX_CONTAINERS = 1000;

function isOvercrowded({ spec }: Pod, from: ManifestObject, unreadable: FileProblem[]): boolean {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const count = containers.length + initContainers.length + ephemeralContainers.length;
  if (count <= MAX_CONTAINERS) return false;
  const message = `a pod of ${count} containers is not judged: more than ${MAX_CONTAINERS}`;
  unreadable.push({ file: from.source.file, position: from.locate([]), message });
  return true;
}

function refusals({ source, apiErrors }: Workload): readonly FileProblem[] {
  return apiErrors.map(({ message, position }) => ({ file: source.file, position, message }));
}

function workload(
  from: ManifestObject,
  rawPod: Pod,
  templatePath: FieldPath,
  findings: readonly Finding[],
  apiErrors: readonly ApiError[] = from.apiErrors,
): Workload {
  const { apiVersion, kind, metadata } = from.object;
  const pod = applyDefaults(rawPod);
  return {
    written: from,
    source: from.source,
    apiVersion,
    kind,
    namespace: pod.metadata.namespace,
    name: metadata.name ?? metadata.generateName ?? '',
    templatePath,
    pod,
    rawPod,
    findings,
    apiErrors,
    locate: (path) => from.locate([...templatePath, ...path]),
  };
}

/** A pod read from a cluster has a uid; one that is to be created must not have ephemeral containers. */
function findingsOf(pod: Pod): readonly Finding[] {
  const isNew = pod.metadata.uid === undefined;
  if (!isNew || (pod.spec.ephemeralContainers ?? []).length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'ephemeral-containers-on-create',
      message: 'spec.ephemeralContainers: Forbidden: cannot be set on create',
      path: ['spec', 'ephemeralContainers'],
      advice: 'add them to the running pod: kubectl debug',
    },
  ];
}

/** `spec.workload.podTemplate` as a path. */
function parseTemplatePath(text: string): FieldPath {
  const steps = text.replace(/^\./, '').split('.');
  if (steps.some((it) => it === '')) {
    throw new PodproofError(
      'usage',
      `cannot use the template path "${text}": expected fields joined by dots`,
    );
  }
  return steps;
}

function customWorkload(
  from: ManifestObject,
  paths: readonly FieldPath[],
  unreadable: FileProblem[],
): readonly Workload[] {
  const templatePath = paths.find((it) => Array.isArray(valueAt(from.object, [...it, 'spec', 'containers'])));
  if (templatePath === undefined) return [];
  const { value, problems: wrong } = decodePodTemplate(valueAt(from.object, templatePath), templatePath);
  const [unknown, fatal] = partition(wrong, (it) => it.code === 'unknown-field');
  const pod = podFromTemplate(from.object, value);
  if (isOvercrowded(pod, from, unreadable)) return [];
  for (const { path, message, advice } of fatal) {
    const position = from.locate(path);
    unreadable.push({ file: from.source.file, position, message, ...(advice !== undefined && { advice }) });
  }
  const findings = unknown.map<Finding>((it) => ({
    severity: 'warning',
    code: 'unknown-field',
    message: `${it.message} in the pod template of a ${from.object.kind} is not read`,
    path: it.path.slice(templatePath.length),
    ...(it.advice !== undefined && { advice: it.advice }),
  }));
  const errors = fatal.length === 0 ? templateErrors(from, pod, templatePath) : [];
  return [workload(from, pod, templatePath, findings, [...from.apiErrors, ...errors])];
}

function templateErrors(from: ManifestObject, pod: Pod, templatePath: FieldPath): readonly ApiError[] {
  return validatePodTemplate(applyDefaults(pod)).map((error) => {
    const seen = prefixed(error, templatePath);
    const path = seen.at ?? seen.path;
    return { message: formatFieldError(seen), path, position: from.locate(path) };
  });
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(test), items.filter((it) => !test(it))];
}

function valueAt(object: KubeObject, path: FieldPath): unknown {
  let value: unknown = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === step)?.[1];
  }
  return value;
}
