import { readFileSync } from 'node:fs';
import { systemCodeOf } from '../core/errors.ts';

export interface ProcStat {
  /** `R`, `S`, `D`, `Z`, `X`, ... */
  readonly state: string;
  readonly parentPid: number;
  /** Clock ticks since boot; with the pid it names a process for good. */
  readonly startTime: number;
}

/** Reads the text of `/proc/PID/stat`; the program's name may itself hold blanks and parentheses. */
export function parseProcStat(text: string): ProcStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parentPid: Number(fields[1]), startTime: Number(fields[19]) };
}

/** The process's `/proc/PID/stat`, or undefined when there is no such process (any more). */
export function readProcStat(pid: number): ProcStat | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** Whether that very process still runs: a zombie does not, nor another one that has been given its pid. */
export function isProcessAlive(pid: number, startTime: number): boolean {
  const stat = readProcStat(pid);
  return stat !== undefined && stat.startTime === startTime && stat.state !== 'Z' && stat.state !== 'X';
}
