import type { NodeReport, PodSummary } from '../core/contract/node-report.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';

/** What `podproof up` says: that the node is ready, and what to type next. */
export function renderUp(report: NodeReport, isMerged: boolean, options: TextOptions): string {
  const { url = '', readyInMs, kubeconfig, log } = report;
  const took = readyInMs === undefined ? '' : ` in ${formatDuration(readyInMs)}`;
  const use = isMerged ? 'kubectl config use-context podproof' : `export KUBECONFIG=${kubeconfig}`;
  return [
    `${options.palette.good('node ready')}${took}   ${url}   Kubernetes ${report.kubernetes}`,
    ...podsTaken(report.pods ?? []),
    '',
    `  ${use}`,
    '  kubectl get nodes',
    '',
    ...renderRows([{ cells: ['stop', 'podproof down'] }, { cells: ['log', log] }], 0, options),
    '',
  ].join('\n');
}

function podsTaken(pods: readonly PodSummary[]): readonly string[] {
  return pods.length === 0 ? [] : [`${count(pods.length, 'pod')} from before`];
}

/** `podproof status` for people: the node in a line, then its pods, then what the audit level found. */
export function renderStatus(report: NodeReport, options: TextOptions): string {
  const lines = report.running ? running(report, options) : notRunning(report, options);
  return `${lines.join('\n')}\n`;
}

function notRunning({ log }: NodeReport, { palette }: TextOptions): readonly string[] {
  return [palette.bad('no node runs here'), '  start it   podproof up', `  its log    ${log}`];
}

function running(report: NodeReport, options: TextOptions): readonly string[] {
  const { url = '', pid, startedAt, memoryBytes, kubeconfig, pods = [], audit = [] } = report;
  const memory = memoryBytes === undefined ? '' : formatBytes(memoryBytes);
  const rows: readonly Row[] = [
    { cells: ['node', `${url}   Kubernetes ${report.kubernetes}`] },
    { cells: ['process', `${pid ?? ''}   ${memory}   since ${startedAt ?? ''}`] },
    { cells: ['kubeconfig', kubeconfig] },
    { cells: ['log', report.log] },
  ];
  return [
    ...renderRows(rows, 0, options),
    '',
    ...(pods.length === 0 ? ['no pods'] : podRows(pods, options)),
    ...(audit.length === 0 ? [] : ['', 'Pod Security audit']),
    ...renderRows(
      audit.map(({ at, object, message }) => ({ cells: [at, object, message], plain: true })),
      2,
      options,
    ),
  ];
}

function podRows(pods: readonly PodSummary[], options: TextOptions): readonly string[] {
  const head: Row = {
    cells: ['NAMESPACE', 'NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'PROOF'],
    plain: true,
  };
  const rows = pods.map((pod): Row => {
    const { namespace, name, ready, status, restarts, age, proof = '' } = pod;
    return { cells: [namespace, name, ready, status, restarts, age, proof], plain: true };
  });
  return renderRows([head, ...rows], 0, options);
}
