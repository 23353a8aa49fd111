import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PodproofError, systemCodeOf } from '../core/errors.ts';
import type { Where } from '../core/treatment.ts';
import type { Pod } from '../kube/pod.ts';
import { readProcStat } from '../linux/proc-stat.ts';

/**
 * Written before a pod acquires anything, gone after its last thing is: `lib/pods/UID/pod.json`. All that a pod may have
 * (namespaces, mounts, cgroups, containers, addresses) lies below its directory or is named by its uid, so that this
 * record is enough to take it away.
 */
export interface PodRecord {
  readonly uid: string;
  readonly dir: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: Owner;
  /** `node`: only the node of the root takes it away, or goes on with it, when its owner is dead. */
  readonly keeper: 'process' | 'node';
}

/** A process for good: pids are used again, start times with them are not. */
export interface Owner {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** Whose verdicts on fields count for the pod. */
export function whereIs({ keeper }: PodRecord): Where {
  return keeper === 'node' ? 'node' : 'alone';
}

const recordFile = 'pod.json';
/** What is being made; its name says by whom, so that a leftover of a dead process can be told. */
const unfinished = /^\.new-(\d+)-(\d+)-/;

export function podsDirOf(libDir: string): string {
  return join(libDir, 'pods');
}

export function podDirOf(libDir: string, uid: string): string {
  return join(podsDirOf(libDir), uid);
}

/** Claims the pod's directory for this process. A directory appears under its uid only together with its record. */
export function writePodRecord(libDir: string, pod: Pod, keeper: PodRecord['keeper'] = 'process'): PodRecord {
  const { uid = '', name = '', namespace = 'default' } = pod.metadata;
  const owner = thisProcess();
  const dir = podDirOf(libDir, uid);
  const record: PodRecord = { uid, dir, namespace, name, owner, keeper };
  const draft = join(podsDirOf(libDir), `.new-${owner.pid}-${owner.startTime}-${randomUUID()}`);
  mkdirSync(podsDirOf(libDir), { recursive: true, mode: 0o711 });
  // By itself: with `recursive` a read-only file system would be told as a file that is missing.
  mkdirSync(draft, { mode: 0o711 });
  try {
    writeFileSync(join(draft, recordFile), `${JSON.stringify(record)}\n`, { mode: 0o600 });
    renameSync(draft, dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (systemCodeOf(error) !== 'ENOTEMPTY' && systemCodeOf(error) !== 'EEXIST') throw error;
    throw new PodproofError(
      'conflict',
      `cannot start pod "${namespace}/${name}": a pod with uid "${uid}" runs`,
      {
        cause: error,
      },
    );
  }
  return record;
}

function thisProcess(): Owner {
  return { pid: process.pid, startTime: readProcStat(process.pid)?.startTime ?? 0 };
}

/** What lies in the pods directory: records, and drafts of records. */
export interface PodLeftovers {
  readonly records: readonly PodRecord[];
  readonly drafts: readonly { readonly dir: string; readonly owner: Owner }[];
}

export async function readPodRecords(libDir: string): Promise<PodLeftovers> {
  const records: PodRecord[] = [];
  const drafts: { dir: string; owner: Owner }[] = [];
  for (const name of await readDirectory(podsDirOf(libDir))) {
    const dir = join(podsDirOf(libDir), name);
    const draft = unfinished.exec(name);
    if (draft !== null) drafts.push({ dir, owner: { pid: Number(draft[1]), startTime: Number(draft[2]) } });
    else records.push(await readRecord(dir, name));
  }
  return { records, drafts };
}

async function readDirectory(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A directory whose record cannot be read (half removed, disk full) belongs to nobody: pid 0 never runs. */
async function readRecord(dir: string, uid: string): Promise<PodRecord> {
  const nobody: PodRecord = {
    uid,
    dir,
    namespace: '',
    name: '',
    owner: { pid: 0, startTime: 0 },
    keeper: 'process',
  };
  try {
    const parsed: unknown = JSON.parse(await readFile(join(dir, recordFile), 'utf8'));
    return isPodRecord(parsed)
      ? { ...parsed, uid, dir, keeper: parsed.keeper === 'node' ? 'node' : 'process' }
      : nobody;
  } catch {
    return nobody;
  }
}

function isPodRecord(value: unknown): value is PodRecord {
  if (typeof value !== 'object' || value === null || !('owner' in value)) return false;
  const { owner } = value;
  if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startTime' in owner))
    return false;
  return typeof owner.pid === 'number' && typeof owner.startTime === 'number';
}
