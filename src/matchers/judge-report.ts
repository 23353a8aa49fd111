import type {
  CheckReport,
  ContainerReport,
  InvalidReport,
  ObjectReport,
  WorkloadReport,
} from '../core/contract/check-report.ts';
import type { Complaint, Outcome } from './outcome.ts';

/** Would the API server take every object, and Pod Security admission let every pod in. */
export function admissionOutcomes({ workloads, objects }: CheckReport): readonly Outcome[] {
  return [...workloads.map(admissionOf), ...refusedObjects(objects)];
}

/** Would the kubelet and the runtime start every container; of objects that the API server refuses there are none. */
export function startOutcomes({ workloads, objects }: CheckReport): readonly Outcome[] {
  return [
    ...workloads.flatMap((workload) =>
      workload.invalid.length > 0
        ? [refusal(workload)]
        : workload.containers.map((container) => startOf(workload, container)),
    ),
    ...refusedObjects(objects),
  ];
}

function admissionOf(workload: WorkloadReport): Outcome {
  const { level, version, exempt, message, violations } = workload.admission;
  const by = exempt === undefined ? `${level}:${version}` : `exempt by ${exempt}`;
  const remedies = violations.map(({ advice = '', fields, line }) => ({ advice, line, field: fields[0] }));
  const denied: readonly Complaint[] = violations.length === 0 ? [] : [{ message, remedies }];
  const complaints = [...workload.invalid.map(invalidity), ...denied];
  return { subject: nameOf(workload), holds: complaints.length === 0, by, complaints };
}

function startOf(workload: WorkloadReport, { name, image, start, findings }: ContainerReport): Outcome {
  const subject = `${nameOf(workload)}, container "${name}"`;
  if (!start.ok) {
    const { reason, message, advice = '', line, field } = start;
    return {
      subject,
      holds: false,
      complaints: [{ message: `${reason}: ${message}`, remedies: [{ advice, line, field }] }],
    };
  }
  const open = findings.find(({ code }) => code === IMAGE_USER_UNKNOWN);
  if (open === undefined) return { subject, holds: true, complaints: [] };
  const { message, line, field } = open;
  const advice = `write runAsUser with a number, or tell the matcher: { images: { '${image}': { User: '1000' } } }`;
  return { subject, holds: undefined, complaints: [{ message, remedies: [{ advice, line, field }] }] };
}

/** The finding that a start depends on the user of an image that is not known. */
const IMAGE_USER_UNKNOWN = 'image-user-unknown';

function refusedObjects(objects: readonly ObjectReport[]): readonly Outcome[] {
  return objects.filter(({ invalid }) => invalid.length > 0).map(refusal);
}

function refusal(object: ObjectReport): Outcome {
  return { subject: nameOf(object), holds: false, complaints: object.invalid.map(invalidity) };
}

function invalidity({ message, line, field }: InvalidReport): Complaint {
  return {
    message: `the API server would refuse it: ${message}`,
    remedies: [{ advice: '', line, field }],
  };
}

function nameOf({ kind, namespace, name }: ObjectReport): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
