import type {
  AdmissionReport,
  CheckReport,
  ContainerReport,
  ObjectReport,
  SourcedReport,
  WorkloadReport,
} from '../core/contract/check-report.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';
import {
  describeCapabilities,
  describeContainerType,
  describeSeccomp,
  describeUser,
  describeUserNamespace,
  describeValue,
  isRecord,
  shortOrigin,
} from './describe-value.ts';
import { writableRow } from './fact-rows.ts';
import { findingRows } from './finding-rows.ts';

/** `podproof check` for people: each workload's containers, then the policy's verdict; the sum stands last. */
export function renderCheck(report: CheckReport, options: TextOptions): string {
  const lines = report.workloads.flatMap((workload) => [...renderWorkload(workload, options), '']);
  lines.push(...report.objects.flatMap((object) => [...renderObject(object, options), '']));
  for (const skipped of report.skipped) {
    lines.push(options.palette.dim(`${skipped.file}  skipped: ${skipped.reason}`));
  }
  lines.push(summaryLine(report, options));
  return `${lines.join('\n')}\n`;
}

function renderWorkload(workload: WorkloadReport, options: TextOptions): string[] {
  const lines = headLines(workload, options);
  for (const container of workload.containers) lines.push('', ...renderContainer(container, options));
  lines.push('', ...renderAdmission(workload.admission, options));
  if (workload.findings.length > 0) lines.push('', ...renderRows(findingRows(workload.findings), 2, options));
  return lines;
}

/** Which object, and what the API server would refuse it for. */
function headLines({ source, kind, namespace, name, invalid }: ObjectReport, options: TextOptions): string[] {
  const named = namespace === '' ? name : `${namespace}/${name}`;
  const head = `${source.file}:${source.line}  ${kind} ${named}`;
  if (invalid.length === 0) return [head];
  const rows = invalid.map(
    ({ message, line }): Row => ({
      cells: ['invalid', message],
      tone: 'bad',
      line: `:${line}`,
    }),
  );
  return [head, '', ...renderRows(rows, 2, options)];
}

function renderObject(object: ObjectReport, options: TextOptions): string[] {
  const rows = renderRows(findingRows(object.findings), 2, options);
  return [...headLines(object, options), ...(rows.length > 0 ? ['', ...rows] : [])];
}

function renderContainer(container: ContainerReport, options: TextOptions): string[] {
  const type = describeContainerType(container.type);
  const unknown = container.imageKnown === 'unknown' ? '  image not at hand' : '';
  const head = `  ${container.name}   ${container.image}${type === '' ? '' : `   ${type}`}`;
  return [
    `${head}${options.palette.dim(unknown)}`,
    ...renderRows(
      [...startRows(container), ...confinementRows(container), ...findingRows(container.findings)],
      4,
      options,
    ),
  ];
}

function startRows({ start }: ContainerReport): readonly Row[] {
  if (start.ok) return [];
  const text = `${start.reason}: ${start.message}`;
  const label = 'would not start';
  const at = start.line === undefined ? {} : { line: `:${start.line}` };
  const verdict: Row = { cells: [label, text], tone: 'bad' };
  return start.advice === undefined
    ? [{ ...verdict, ...at }]
    : [verdict, { cells: ['', start.advice], ...at }];
}

interface Topic {
  readonly label: string;
  readonly member: string;
  readonly describe: (value: unknown, isUserKnown: boolean) => string;
  /** Only worth a line when this holds. */
  readonly when?: (value: unknown) => boolean;
}

const isHost = (value: unknown): boolean => value === 'host';
const isLabel = (value: unknown): boolean => isRecord(value) && value['mode'] === 'label';
const describeLabel = (value: unknown): string => (isRecord(value) ? describeValue(value['label']) : '');

/** What decides most about a container's power, in the order in which people ask. */
const TOPICS: readonly Topic[] = [
  { label: 'runs as', member: 'user', describe: describeUser },
  { label: 'privileged', member: 'privileged', describe: describeValue, when: (value) => value === true },
  { label: 'capabilities', member: 'capabilities', describe: describeCapabilities },
  { label: 'no new privileges', member: 'noNewPrivileges', describe: describeValue },
  { label: 'seccomp', member: 'seccomp', describe: describeSeccomp },
  { label: 'AppArmor', member: 'appArmor', describe: describeLabel, when: isLabel },
  { label: 'SELinux', member: 'seLinux', describe: describeLabel, when: isLabel },
  { label: 'user namespace', member: 'namespaces.user', describe: describeUserNamespace },
  { label: 'network', member: 'namespaces.network', describe: () => "the host's", when: isHost },
  { label: 'processes', member: 'namespaces.pid', describe: () => "the host's", when: isHost },
  { label: 'IPC', member: 'namespaces.ipc', describe: () => "the host's", when: isHost },
  {
    label: 'root file system',
    member: 'rootFilesystem',
    describe: (value) => (isRecord(value) && value['readOnly'] === true ? 'read-only' : 'writable'),
  },
];

function confinementRows(container: ContainerReport): readonly Row[] {
  const user = container.confinement['user']?.value;
  const isUserKnown = !isRecord(user) || user['uid'] !== null;
  const rows = TOPICS.flatMap((topic): Row[] => {
    const found: SourcedReport | undefined = container.confinement[topic.member];
    if (found === undefined || topic.when?.(found.value) === false) return [];
    const at = found.line === undefined ? {} : { line: `:${found.line}` };
    return [
      { cells: [topic.label, topic.describe(found.value, isUserKnown), shortOrigin(found.from)], ...at },
    ];
  });
  return [...rows, ...writableRows(container)];
}

function writableRows({ confinement, writable }: ContainerReport): readonly Row[] {
  const root = confinement['rootFilesystem']?.value;
  return isRecord(root) && root['readOnly'] === true ? [writableRow(writable)] : [];
}

function renderAdmission(admission: AdmissionReport, options: TextOptions): string[] {
  const policy = `${admission.level} ${admission.version}`;
  if (admission.allowed) return [`  ${policy}   ${options.palette.good('allowed')}`];
  const denied = `denied, ${admission.violations.length} of ${count(admission.controls, 'control')}`;
  const rows = admission.violations.map(
    (violation): Row => ({
      cells: [violation.check, violation.detail === '' ? violation.reason : violation.detail],
      ...(violation.line !== undefined && { line: `:${violation.line}` }),
    }),
  );
  return [`  ${policy}   ${options.palette.bad(denied)}`, ...renderRows(rows, 4, options)];
}

function summaryLine({ summary }: CheckReport, { palette }: TextOptions): string {
  const bad = [
    ...(summary.invalid > 0 ? [`${summary.invalid} invalid`] : []),
    ...(summary.denied > 0 ? [`${summary.denied} denied`] : []),
    ...(summary.wouldNotStart > 0 ? [`${summary.wouldNotStart} would not start`] : []),
  ];
  const verdict =
    bad.length === 0 ? palette.good('all admitted, all would start') : palette.bad(bad.join(', '));
  const warnings = summary.warnings > 0 ? `, ${count(summary.warnings, 'warning')}` : '';
  if (summary.workloads === 0 && bad.length === 0) return `no workload found${warnings}`;
  return `${count(summary.workloads, 'workload')}: ${verdict}${warnings}`;
}
