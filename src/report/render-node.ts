import type { NodeReport, PodSummary } from '../core/contract/node-report.ts';
import { shellWord } from '../core/shell-word.ts';
import { formatBytes, formatDuration } from '../core/units.ts';
import { count, type Row, renderRows, type TextOptions } from './columns.ts';

/** How the node is to be used from where it was started. */
export interface NodeUse {
  /** The user's kubeconfig that has its context; undefined: only the node's own has. */
  readonly merged: string | undefined;
  /** What commands need to be about this node: ` --root DIR`, or nothing. */
  readonly rootFlag: string;
}

/** What `podproof up` says: that the node is ready, and what to type next. */
export function renderUp(report: NodeReport, { merged, rootFlag }: NodeUse, options: TextOptions): string {
  const { url = '', readyInMs, kubeconfig, log } = report;
  const took = readyInMs === undefined ? '' : ` in ${formatDuration(readyInMs)}`;
  const access = merged === undefined ? `export KUBECONFIG=${shellWord(kubeconfig)}` : undefined;
  const rows = [
    ...(merged === undefined ? [] : [['context', `podproof, now the current one in ${merged}`]]),
    ['pods', `podproof status${rootFlag}`],
    ['stop', `podproof down${rootFlag}`],
    ['log', log],
  ];
  return [
    `${options.palette.good('node ready')}${took}   ${url}   Kubernetes ${report.kubernetes}`,
    ...podsTaken(report.pods ?? []),
    '',
    ...(access === undefined ? [] : [`  ${access}`]),
    '  kubectl get nodes',
    '',
    ...renderRows(
      rows.map((cells) => ({ cells, plain: true })),
      0,
      options,
    ),
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

function notRunning(report: NodeReport, { palette }: TextOptions): readonly string[] {
  const { state, log, pid = '', startedAt = '' } = report;
  const logLine = `  its log    ${log}`;
  switch (state) {
    case 'changing':
      return [`${palette.bad('the node is starting or stopping')}, process ${pid}`, logLine];
    case 'killed':
      return [
        `${palette.bad('the node was killed')}: process ${pid}, started ${startedAt}; its pods may go on running`,
        '  take them over   podproof up',
        '  stop them        podproof down',
        `  its log          ${log}`,
      ];
    case 'running':
    case 'stopped':
      return [palette.bad('no node runs here'), '  start it   podproof up', logLine];
  }
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
