import { type CheckFinding, findingsOf } from '../../core/check-finding.ts';
import type { FileReport, ObjectReport } from '../../core/contract/check-report.ts';
import type { CheckFormat } from './check-format.ts';
import { CLASS_WORDS, findingPlace } from './finding-text.ts';
import { objectName } from './object-name.ts';
import { xmlAttribute, xmlText } from './xml-text.ts';

export interface JunitFormatOptions {
  /** A warning is a failure; else it is output of its test case. */
  readonly warningsFail?: boolean;
}

/**
 * JUnit's XML as CI systems read it: a suite for each file, a case for each workload, object, Dockerfile and problem. The
 * piece is the text itself. Each case has at most one failure: not all readers look at more.
 */
export function junitFormat(options: JunitFormatOptions): CheckFormat<string> {
  return {
    showsConfinement: false,
    open: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="podproof">\n',
    piece: (report) => suitesOf(report, options),
    add: (piece) => piece,
    close: () => '</testsuites>\n',
  };
}

/** One thing that was checked, and what was found of it. */
interface Case {
  readonly file: string;
  readonly name: string;
  readonly findings: readonly CheckFinding[];
}

type Outcome = 'passed' | 'failed' | 'error' | 'skipped';

function suitesOf(report: FileReport, options: JunitFormatOptions): string {
  const byFile = new Map<string, Case[]>();
  for (const one of casesOf(report)) {
    const cases = byFile.get(one.file);
    if (cases === undefined) byFile.set(one.file, [one]);
    else cases.push(one);
  }
  return [...byFile].map(([file, cases]) => suiteText(file, cases, options)).join('');
}

function casesOf(report: FileReport): readonly Case[] {
  const { workloads, objects, dockerfiles, problems } = report;
  const none = { workloads: [], objects: [], dockerfiles: [], problems: [], skipped: [] };
  return [
    ...workloads.map((workload) => objectCase(workload, findingsOf({ ...none, workloads: [workload] }))),
    ...objects.map((object) => objectCase(object, findingsOf({ ...none, objects: [object] }))),
    ...dockerfiles.map((dockerfile) => ({
      file: dockerfile.source.file,
      name: `stage ${dockerfile.stage}`,
      findings: findingsOf({ ...none, dockerfiles: [dockerfile] }),
    })),
    ...problems.map((problem) => ({
      file: problem.file,
      name: 'can be read',
      findings: findingsOf({ ...none, problems: [problem] }),
    })),
  ];
}

function objectCase(object: ObjectReport, findings: readonly CheckFinding[]): Case {
  return { file: object.source.file, name: objectName(object), findings };
}

function suiteText(file: string, cases: readonly Case[], options: JunitFormatOptions): string {
  const written = cases.map((one) => caseText(one, options));
  const count = (outcome: Outcome): number => written.filter((one) => one.outcome === outcome).length;
  const counts = [
    `tests="${cases.length}"`,
    `failures="${count('failed')}"`,
    `errors="${count('error')}"`,
    `skipped="${count('skipped')}"`,
  ];
  const body = written.map(({ text }) => text).join('');
  return `  <testsuite name="${xmlAttribute(file)}" ${counts.join(' ')}>\n${body}  </testsuite>\n`;
}

function caseText(
  { file, name, findings }: Case,
  { warningsFail = false }: JunitFormatOptions,
): { readonly outcome: Outcome; readonly text: string } {
  const isWrong = ({ class: kind }: CheckFinding): boolean =>
    kind !== 'note' && (kind !== 'warning' || warningsFail);
  const counting = findings.filter((finding) => finding.suppressed === undefined);
  const wrong = counting.filter(isWrong);
  const suppressed = findings.filter((finding) => finding.suppressed !== undefined && isWrong(finding));
  const warnings = warningsFail ? [] : counting.filter((finding) => finding.class === 'warning');
  const isError = wrong[0]?.class === 'unreadable';
  const outcome =
    wrong.length > 0 ? (isError ? 'error' : 'failed') : suppressed.length > 0 ? 'skipped' : 'passed';
  const parts = [
    ...(wrong.length > 0 ? [failureText(isError ? 'error' : 'failure', wrong)] : []),
    ...(outcome === 'skipped' ? [skippedText(suppressed)] : []),
    ...(warnings.length > 0
      ? [`      <system-out>${xmlText(warnings.map(findingText).join('\n'))}</system-out>\n`]
      : []),
  ];
  const open = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(file)}"`;
  return {
    outcome,
    text: parts.length === 0 ? `${open}/>\n` : `${open}>\n${parts.join('')}    </testcase>\n`,
  };
}

function failureText(element: 'failure' | 'error', findings: readonly CheckFinding[]): string {
  const [first] = findings;
  const more = findings.length > 1 ? `, and ${findings.length - 1} more` : '';
  const type = xmlAttribute([...new Set(findings.map(({ rule }) => rule))].join(' '));
  const message = xmlAttribute(first === undefined ? '' : `${headOf(first)}${more}`);
  const text = xmlText(findings.map(findingText).join('\n\n'));
  return `      <${element} type="${type}" message="${message}">${text}</${element}>\n`;
}

function skippedText(findings: readonly CheckFinding[]): string {
  const reasons = findings.map(
    ({ rule, suppressed }) => `${rule}: suppressed by ${suppressed?.by ?? ''}: ${suppressed?.reason ?? ''}`,
  );
  return `      <skipped message="${xmlAttribute([...new Set(reasons)].join('\n'))}"/>\n`;
}

function headOf({ class: kind, rule, container, message }: CheckFinding): string {
  const what = rule === kind ? CLASS_WORDS[kind] : `${CLASS_WORDS[kind]}: ${rule}`;
  return `${what}${container === undefined ? '' : ` in ${container}`}: ${message}`;
}

/** All of a finding: where, what, what to do. */
function findingText(finding: CheckFinding): string {
  const advice = finding.advice === undefined ? '' : `\n${finding.advice}`;
  return `${findingPlace(finding)}\n${headOf(finding)}${advice}`;
}
