import type {
  AdmissionReport,
  InvalidReport,
  ObjectReport,
  SourcePosition,
  ViolationReport,
  WorkloadReport,
} from '../../core/contract/check-report.ts';
import { oneLine } from '../../core/visible-text.ts';
import { count, type Row, renderRows, type TextOptions } from '../columns.ts';
import { containerDetails } from './container-details.ts';
import { findingDetails, suppressionDetails } from './finding-details.ts';
import { objectName } from './object-name.ts';

/** A workload: its containers, then the policy's verdict, then what is to be said about the pod as a whole. */
export function workloadDetails(workload: WorkloadReport, options: TextOptions): readonly string[] {
  const lines = [...headLines(workload, options)];
  for (const container of workload.containers) lines.push('', ...containerDetails(container, options));
  lines.push('', ...admissionDetails(workload.admission, options));
  const rows = renderRows(findingDetails(workload.findings), 2, options);
  if (rows.length > 0) lines.push('', ...rows);
  return lines;
}

/** An object that makes no pods. */
export function objectDetails(object: ObjectReport, options: TextOptions): readonly string[] {
  const rows = renderRows(findingDetails(object.findings), 2, options);
  return [...headLines(object, options), ...(rows.length > 0 ? ['', ...rows] : [])];
}

/** Which object, where it comes from, and what the API server would refuse it for. */
function headLines(object: ObjectReport, options: TextOptions): readonly string[] {
  const lines = [`${objectPlace(object.source)}  ${objectName(object)}`];
  const rendered = renderedFrom(object.source);
  if (rendered !== undefined) lines.push(options.palette.dim(`  ${rendered}`));
  if (object.invalid.length === 0) return lines;
  return [...lines, '', ...renderRows(object.invalid.flatMap(invalidRows), 2, options)];
}

/** `deploy.yaml:12`; of something rendered, the file that it was rendered from, and its line there where that is known. */
export function objectPlace({ file, line, rendered }: SourcePosition): string {
  if (rendered === undefined) return `${oneLine(file)}:${line}`;
  const { template = file, templateLine } = rendered;
  return templateLine === undefined ? oneLine(template) : `${oneLine(template)}:${templateLine}`;
}

/** Lines of a rendered object are those of the rendering: it has to be said of which. */
export function renderedFrom({ line, rendered }: SourcePosition): string | undefined {
  return rendered === undefined ? undefined : `line ${line} of  ${oneLine(rendered.by)}`;
}

function invalidRows({ message, line, suppressed }: InvalidReport): readonly Row[] {
  const tone = suppressed === undefined ? 'bad' : 'dim';
  return [{ cells: ['invalid', message], tone, line: `:${line}` }, ...suppressionDetails(suppressed)];
}

const EXEMPT: Readonly<Record<NonNullable<AdmissionReport['exempt']>, string>> = {
  namespace: 'not judged: the namespace is exempt',
  user: 'not judged: the user is exempt',
  runtimeClass: 'not judged: the runtime class is exempt',
};

function admissionDetails(admission: AdmissionReport, options: TextOptions): readonly string[] {
  const { palette } = options;
  const policy = `  ${admission.level} ${admission.version}   `;
  if (admission.exempt !== undefined) return [policy + palette.dim(EXEMPT[admission.exempt])];
  if (admission.allowed) return [policy + palette.good('allowed')];
  const { violations, controls } = admission;
  const suppressed = violations.filter((violation) => violation.suppressed !== undefined).length;
  const verdict = `denied, ${violations.length} of ${count(controls, 'control')}`;
  const head =
    suppressed === 0
      ? palette.bad(verdict)
      : suppressed < violations.length
        ? palette.bad(`${verdict}, ${suppressed} suppressed`)
        : palette.dim(`${verdict}, all suppressed`);
  return [policy + head, ...renderRows(violations.flatMap(violationRows), 4, options)];
}

function violationRows(violation: ViolationReport): readonly Row[] {
  const { check, reason, detail, advice, line, suppressed } = violation;
  const dim: Pick<Row, 'tone'> = suppressed === undefined ? {} : { tone: 'dim' };
  return [
    {
      cells: [check, detail === '' ? reason : detail],
      ...dim,
      ...(line !== undefined && { line: `:${line}` }),
    },
    ...(advice === undefined ? [] : [{ cells: ['', advice], ...dim }]),
    ...suppressionDetails(suppressed),
  ];
}
