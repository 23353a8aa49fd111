import type { ProcessReport } from '../core/contract/proof-report.ts';
import { visibleLine } from '../core/visible-text.ts';
import type { TextOptions } from './columns.ts';

/** The container's processes as a tree: pid and uid inside, then both as the host has them. */
export function processLines(processes: readonly ProcessReport[], options: TextOptions): readonly string[] {
  if (processes.length === 0) return [];
  const rows = inTreeOrder(processes).map(({ process, depth }) => ({
    cells: [
      `pid ${process.pid}`,
      `uid ${process.uid}`,
      `host pid ${process.hostPid}`,
      `uid ${process.hostUid}`,
    ],
    command: `${'  '.repeat(depth)}${visibleLine(process.command)}`,
  }));
  const width = (column: number): number => Math.max(...rows.map((row) => (row.cells[column] ?? '').length));
  const widths = [0, 1, 2, 3].map(width);
  return rows.map(({ cells, command }, index) => {
    const label = (index === 0 ? 'processes' : '').padEnd(17);
    const ids = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return fit(`    ${label}  ${ids}  ${command}`, options.columns);
  });
}

interface TreeEntry {
  readonly process: ProcessReport;
  readonly depth: number;
}

/** Parents before their children; one whose parent is not in the container (exec) stands at the left. */
function inTreeOrder(processes: readonly ProcessReport[]): readonly TreeEntry[] {
  const pids = new Set(processes.map((process) => process.hostPid));
  const entries: TreeEntry[] = [];
  const visit = (process: ProcessReport, depth: number): void => {
    entries.push({ process, depth });
    for (const child of processes) {
      if (child.parentHostPid === process.hostPid && child !== process) visit(child, depth + 1);
    }
  };
  for (const process of processes) if (!pids.has(process.parentHostPid)) visit(process, 0);
  return entries;
}

function fit(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 3)}...`;
}
