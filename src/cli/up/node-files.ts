import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';
import { isProcessAlive, readProcStat } from '../../linux/proc-stat.ts';
import { rootLayout } from '../../runtime/layout.ts';

/** Where a root's node keeps what is its own. */
export interface NodePaths {
  readonly kubeconfig: string;
  readonly log: string;
  /** The API's objects. */
  readonly objects: string;
  readonly credentials: string;
  /** What a later start of the node keeps to: `NodeSettings`. */
  readonly settings: string;
  /** Names the running process. */
  readonly process: string;
}

/** `root` as in `CommandContext`. */
export function nodePaths(root: string | undefined): NodePaths {
  const { libDir, runDir } = rootLayout(root);
  return {
    kubeconfig: join(libDir, 'kubeconfig'),
    log: join(libDir, 'node.log'),
    objects: join(libDir, 'api'),
    credentials: join(libDir, 'credentials'),
    settings: join(libDir, 'node.json'),
    process: join(runDir, 'node.json'),
  };
}

/** A node's process, as it wrote itself down. */
export interface NodeProcess {
  readonly pid: number;
  /** Clock ticks since boot: tells a pid that was given away again. */
  readonly startTime: number;
  readonly url: string;
  readonly startedAt: string;
}

export function writeNodeProcess(paths: NodePaths, url: string, startedAt: Date): NodeProcess {
  const startTime = readProcStat(process.pid)?.startTime ?? 0;
  const node = { pid: process.pid, startTime, url, startedAt: startedAt.toISOString() };
  writeWhole(paths.process, node);
  return node;
}

/** The node that runs, or undefined: a record of a dead process is as none. */
export function readNodeProcess(paths: NodePaths): NodeProcess | undefined {
  const node = readLastProcess(paths);
  return node !== undefined && isProcessAlive(node.pid, node.startTime) ? node : undefined;
}

/** The node as it wrote itself down, also when it was killed and could not take that away again. */
export function readLastProcess(paths: NodePaths): NodeProcess | undefined {
  const value = readJson(paths.process);
  const isNode =
    isRecord(value) && typeof value['pid'] === 'number' && typeof value['startTime'] === 'number';
  if (!isNode || typeof value['url'] !== 'string' || typeof value['startedAt'] !== 'string') return undefined;
  const { url, startedAt } = value;
  return { pid: Number(value['pid']), startTime: Number(value['startTime']), url, startedAt };
}

export function removeNodeProcess(paths: NodePaths): void {
  rmSync(paths.process, { force: true });
}

/** What a root's node keeps to from one start to the next. */
export interface NodeSettings {
  /** Of its API. */
  readonly port?: number;
  /** The user's kubeconfig that its context was added to. */
  readonly mergedInto?: string;
}

export function readSettings(paths: NodePaths): NodeSettings {
  const value = readJson(paths.settings);
  if (!isRecord(value)) return {};
  const { port, mergedInto } = value;
  return {
    ...(typeof port === 'number' && { port }),
    ...(typeof mergedInto === 'string' && { mergedInto }),
  };
}

export function keepSettings(paths: NodePaths, settings: NodeSettings): void {
  const kept = readSettings(paths);
  const next = { ...kept, ...settings };
  if (next.port !== kept.port || next.mergedInto !== kept.mergedInto) writeWhole(paths.settings, next);
}

/** Appears complete or not at all. */
function writeWhole(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
