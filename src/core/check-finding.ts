import type {
  CheckedFinding,
  ContainerReport,
  FileReport,
  ObjectReport,
  StartReport,
  Suppression,
  WorkloadReport,
} from './contract/check-report.ts';

/**
 * What a finding is, from worst to least.
 *
 * - `unreadable`: an input that is no manifest
 * - `invalid`: the API server would refuse the object
 * - `denied`: Pod Security admission would refuse the pod
 * - `would-not-start`: admitted, but the kubelet or the runtime would refuse a container
 * - `warning`, `note`: as in `FindingReport`
 */
export type FindingClass = 'unreadable' | 'invalid' | 'denied' | 'would-not-start' | 'warning' | 'note';

/** Anything that a report says about one place, in one shape for every output, for suppression and for the baseline. */
export interface CheckFinding {
  readonly class: FindingClass;
  /** A Pod Security check's id, a reason of the kubelet, or a finding's code: `hostNamespaces`, `CreateContainerConfigError`. */
  readonly rule: string;
  readonly message: string;
  readonly advice?: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The file that the object was rendered from, where that is known. */
  readonly template?: string;
  /** Where in that file the object stands, where that is known. */
  readonly templateLine?: number;
  /** The command that rendered the object: then its lines are those of what the command wrote. */
  readonly renderedBy?: string;
  readonly object?: FindingObject;
  readonly container?: string;
  /** Path in the document. */
  readonly field?: string;
  /** All of them, where a finding is about several: what admission forbids. */
  readonly fields?: readonly string[];
  readonly suppressed?: Suppression;
}

/** The object that a finding is about; `namespace` is empty for a kind that is in none. */
export interface FindingObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Every finding of a report, in the order of the report; suppressed ones too. */
export function findingsOf(report: FileReport): readonly CheckFinding[] {
  const findings: CheckFinding[] = [];
  suppress(report, (finding) => {
    findings.push(finding);
    return finding.suppressed;
  });
  return findings;
}

/** Says why a finding does not count; undefined when it does. */
export type Suppress = (finding: CheckFinding) => Suppression | undefined;

/** The report with its suppressed findings marked. What could not be read is shown to `decide` and never suppressed. */
export function suppress(report: FileReport, decide: Suppress): FileReport {
  for (const problem of report.problems) decide({ class: 'unreadable', rule: 'unreadable', ...problem });
  return {
    ...report,
    workloads: report.workloads.map((workload) => suppressInWorkload(workload, decide)),
    objects: report.objects.map((object) => ({ ...object, ...suppressInObject(object, decide) })),
    dockerfiles: report.dockerfiles.map((dockerfile) => {
      const place: Place = { file: dockerfile.source.file };
      return {
        ...dockerfile,
        start: suppressStart(dockerfile.start, place, decide),
        findings: dockerfile.findings.map((finding) => suppressFinding(finding, place, decide)),
      };
    }),
  };
}

type Place = Pick<CheckFinding, 'file' | 'template' | 'templateLine' | 'renderedBy' | 'object' | 'container'>;

function suppressInWorkload(workload: WorkloadReport, decide: Suppress): WorkloadReport {
  const place = placeOf(workload);
  const admission = {
    ...workload.admission,
    violations: workload.admission.violations.map((violation) => {
      const { check, reason, detail, fields, advice, line, column } = violation;
      const [field] = fields;
      const message = detail === '' ? reason : `${reason} (${detail})`;
      return mark(violation, decide, {
        class: 'denied',
        rule: check,
        message,
        ...place,
        ...(field !== undefined && { field, fields }),
        ...(advice !== undefined && { advice }),
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
      });
    }),
  };
  const containers = workload.containers.map((container) =>
    suppressInContainer(container, { ...place, container: container.name }, decide),
  );
  return { ...workload, ...suppressInObject(workload, decide), admission, containers };
}

function suppressInObject(
  object: ObjectReport,
  decide: Suppress,
): Pick<ObjectReport, 'invalid' | 'findings'> {
  const place = placeOf(object);
  return {
    invalid: object.invalid.map((it) =>
      mark(it, decide, { class: 'invalid', rule: 'invalid', ...it, ...place }),
    ),
    findings: object.findings.map((finding) => suppressFinding(finding, place, decide)),
  };
}

function suppressInContainer(container: ContainerReport, place: Place, decide: Suppress): ContainerReport {
  return {
    ...container,
    start: suppressStart(container.start, place, decide),
    findings: container.findings.map((finding) => suppressFinding(finding, place, decide)),
  };
}

function suppressStart(start: StartReport, place: Place, decide: Suppress): StartReport {
  if (start.ok) return start;
  const { reason, message, advice, field, line, column } = start;
  return mark(start, decide, {
    class: 'would-not-start',
    rule: reason,
    message,
    ...place,
    ...(field !== undefined && { field }),
    ...(advice !== undefined && { advice }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  });
}

function suppressFinding(finding: CheckedFinding, place: Place, decide: Suppress): CheckedFinding {
  const { severity, code, ...rest } = finding;
  return mark(finding, decide, { class: severity, rule: code, ...rest, ...place });
}

function mark<T extends { readonly suppressed?: Suppression }>(
  reported: T,
  decide: Suppress,
  finding: CheckFinding,
): T {
  const known = reported.suppressed;
  const suppressed = decide(known === undefined ? finding : { ...finding, suppressed: known });
  return suppressed === known || suppressed === undefined ? reported : { ...reported, suppressed };
}

function placeOf({ source, apiVersion, kind, namespace, name }: ObjectReport): Place {
  const { template, templateLine, by } = source.rendered ?? {};
  return {
    file: source.file,
    ...(template !== undefined && { template }),
    ...(templateLine !== undefined && { templateLine }),
    ...(by !== undefined && { renderedBy: by }),
    object: { apiVersion, kind, namespace, name },
  };
}
