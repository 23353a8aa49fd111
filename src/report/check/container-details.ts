import type { ContainerReport, SourcedReport } from '../../core/contract/check-report.ts';
import { oneLine } from '../../core/visible-text.ts';
import { type Row, renderRows, type TextOptions } from '../columns.ts';
import {
  describeCapabilities,
  describeContainerType,
  describeSeccomp,
  describeUser,
  describeUserNamespace,
  describeValue,
  isRecord,
  shortOrigin,
} from '../describe-value.ts';
import { writableRow } from '../fact-rows.ts';
import { findingDetails, startDetails } from './finding-details.ts';

/** A container: the kubelet's verdict, then each value with its origin and line, then what else there is to say. */
export function containerDetails(container: ContainerReport, options: TextOptions): readonly string[] {
  const type = describeContainerType(container.type);
  const unknown = container.imageKnown === 'unknown' ? '  image not at hand' : '';
  const { name, image } = container;
  // A service of Compose may have an image without a name.
  const head = [name, image, type].filter((part) => part !== '').map(oneLine);
  const rows = [
    ...startDetails(container.start),
    ...confinementRows(container),
    ...findingDetails(container.findings),
  ];
  return [`  ${head.join('   ')}${options.palette.dim(unknown)}`, ...renderRows(rows, 4, options)];
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
