import type {
  CheckedFinding,
  DockerfileReport,
  ObjectReport,
  ProblemReport,
  StartReport,
  WorkloadReport,
} from '../../core/contract/check-report.ts';
import { oneLine } from '../../core/visible-text.ts';
import { type TextOptions, wrapText } from '../columns.ts';
import { dockerfilePlace, stageName } from './dockerfile-details.ts';
import { BASE_IMAGE_UNKNOWN, IMAGE_UNKNOWN } from './image-problems.ts';
import { objectPlace, renderedFrom } from './object-details.ts';
import { objectName } from './object-name.ts';

/** What a whole repository's check says of one place: a line, and what to write below it. */
interface FindingLine {
  readonly label: 'invalid' | 'denied' | 'would not start' | 'warning' | 'error';
  /** Begins with the rule: `runAsNonRoot: pod or container "c" must set ...`. */
  readonly text: string;
  readonly advice: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** Which object, and a line for each finding that counts; nothing for an object without any. */
export function workloadFindings(workload: WorkloadReport, options: TextOptions): string {
  const found: FindingLine[] = [];
  addInvalid(workload, found);
  for (const violation of workload.admission.violations) {
    if (violation.suppressed !== undefined) continue;
    const { check, reason, detail, advice, line, column } = violation;
    found.push({
      label: 'denied',
      text: `${check}: ${detail === '' ? reason : detail}`,
      advice,
      line,
      column,
    });
  }
  for (const { name, start, findings } of workload.containers) {
    addStart(start, found);
    addWarnings(findings, found, name);
  }
  addWarnings(workload.findings, found);
  return found.length === 0 ? '' : objectHead(workload, options) + findingLines(found, options);
}

/** The same of an object that makes no pods. */
export function objectFindings(object: ObjectReport, options: TextOptions): string {
  const found: FindingLine[] = [];
  addInvalid(object, found);
  addWarnings(object.findings, found);
  return found.length === 0 ? '' : objectHead(object, options) + findingLines(found, options);
}

/** The same of a Dockerfile. */
export function dockerfileFindings(dockerfile: DockerfileReport, options: TextOptions): string {
  const found: FindingLine[] = [];
  addStart(dockerfile.start, found);
  addWarnings(dockerfile.findings, found);
  if (found.length === 0) return '';
  return `${dockerfilePlace(dockerfile)}  ${stageName(dockerfile)}\n${findingLines(found, options)}`;
}

/** An input that could not be read, or a part of one: `deploy.yaml:14:7` stays one thing to click on. */
export function problemLines(problem: ProblemReport, options: TextOptions): string {
  const { file, line, column, message, advice } = problem;
  const at = [file, ...(line === undefined ? [] : [line, ...(column === undefined ? [] : [column])])];
  const text = { label: 'error', text: message, advice, line: undefined, column: undefined } as const;
  return `${oneLine(at.join(':'))}\n${findingLines([text], options)}`;
}

function objectHead(object: ObjectReport, { palette }: TextOptions): string {
  const rendered = renderedFrom(object.source);
  const head = `${objectPlace(object.source)}  ${objectName(object)}\n`;
  return rendered === undefined ? head : `${head}${palette.dim(`  ${rendered}`)}\n`;
}

function addInvalid({ invalid }: ObjectReport, found: FindingLine[]): void {
  for (const { message, line, column, suppressed } of invalid) {
    if (suppressed === undefined) {
      found.push({ label: 'invalid', text: message, advice: undefined, line, column });
    }
  }
}

function addStart(start: StartReport, found: FindingLine[]): void {
  if (start.ok || start.suppressed !== undefined) return;
  const { reason, message, advice, line, column } = start;
  found.push({ label: 'would not start', text: `${reason}: ${message}`, advice, line, column });
}

/** In the end, for all of them. */
const TOLD_ONCE: readonly string[] = [IMAGE_UNKNOWN, BASE_IMAGE_UNKNOWN];

function addWarnings(findings: readonly CheckedFinding[], found: FindingLine[], container?: string): void {
  for (const { severity, code, message, advice, line, column, suppressed } of findings) {
    if (severity !== 'warning' || suppressed !== undefined || TOLD_ONCE.includes(code)) continue;
    const where = container === undefined ? '' : ` in ${container}`;
    found.push({ label: 'warning', text: `${code}${where}: ${message}`, advice, line, column });
  }
}

const INDENT = 2;
const GAP = 2;

/** Aligned below each other, the position at the right end, the advice below what it is for. */
function findingLines(found: readonly FindingLine[], options: TextOptions): string {
  const labelWidth = found.reduce((widest, { label }) => Math.max(widest, label.length), 0);
  const start = INDENT + labelWidth + GAP;
  const below = `\n${' '.repeat(start)}`;
  let text = '';
  for (const { label, text: message, advice, line, column } of found) {
    const at = line === undefined ? '' : column === undefined ? `:${line}` : `:${line}:${column}`;
    const [first = '', ...rest] = wrapText(message, options.columns - start - GAP - at.length);
    const fill =
      at === '' ? '' : ' '.repeat(Math.max(GAP, options.columns - start - first.length - at.length));
    text += `  ${tinted(label, options)}${' '.repeat(labelWidth - label.length + GAP)}${first}`;
    if (at !== '') text += fill + options.palette.dim(at);
    for (const more of rest) text += below + more;
    if (advice !== undefined) {
      for (const more of wrapText(advice, options.columns - start)) text += below + more;
    }
    text += '\n';
  }
  return text;
}

function tinted(label: FindingLine['label'], { palette }: TextOptions): string {
  return label === 'warning' ? label : palette.bad(label);
}
