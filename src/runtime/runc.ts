import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PodproofError } from '../core/errors.ts';
import { type ProgramResult, runProgram, runSilently } from './run-program.ts';

/** The OCI runtime's command line: runc, or crun, which takes the same commands. */
export interface OciRuntime {
  readonly program: string;
  /** What goes before every command: `--root DIR`. */
  readonly globalArgs: readonly string[];
  start(id: string): Promise<void>;
  /** Removes a container that has ended, or never started; no error when there is none. */
  delete(id: string): Promise<void>;
  /** Creates a container without a monitor: its standard streams lead nowhere, and its pid is in `BUNDLE/pid`. */
  create(id: string, bundle: string): Promise<void>;
}

export function ociRuntime(program: string, stateDir: string): OciRuntime {
  const globalArgs = ['--root', stateDir];
  const run = (...args: string[]): Promise<ProgramResult> => runProgram(program, [...globalArgs, ...args]);
  const must = async (what: string, ...args: string[]): Promise<void> => {
    const { exitCode, stderr } = await run(...args);
    if (exitCode !== 0) throw runtimeError(program, what, stderr);
  };
  return {
    program,
    globalArgs,
    start: (id) => must(`start container "${id}"`, 'start', id),
    delete: (id) => must(`delete container "${id}"`, 'delete', '--force', id),
    create: async (id, bundle) => {
      const log = join(bundle, 'runtime.log');
      const args = ['--log', log, 'create', '--bundle', bundle, '--pid-file', join(bundle, 'pid'), id];
      const exitCode = await runSilently(program, [...globalArgs, ...args]);
      if (exitCode !== 0)
        throw runtimeError(program, `create container "${id}"`, await readFile(log, 'utf8').catch(() => ''));
    },
  };
}

/** The error of a failed command, with the runtime's own words out of its log lines. */
export function runtimeError(program: string, what: string, output: string): PodproofError {
  const text = cleanRuntimeText(output);
  return new PodproofError('runtime', `cannot ${what}: ${text === '' ? `"${program}" failed` : text}`);
}

/**
 * What a runtime wanted to say, out of what it printed: JSON log lines or logrus text, each error once, without the
 * names of its own functions and the echo of `unable to start`.
 */
export function cleanRuntimeText(output: string): string {
  const messages = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .flatMap(messageOfLine);
  return [...new Set(messages)].join('; ');
}

function messageOfLine(line: string): readonly string[] {
  if (line.startsWith('{')) {
    try {
      const entry: unknown = JSON.parse(line);
      if (typeof entry === 'object' && entry !== null && 'msg' in entry && typeof entry.msg === 'string') {
        const level = 'level' in entry ? entry.level : 'error';
        return level === 'error' || level === 'fatal' ? [entry.msg.trim()] : [];
      }
    } catch {
      return [line];
    }
  }
  const logrus = /^time="[^"]*" level=(\w+) msg=(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(line);
  if (logrus === null) return [line];
  if (logrus[1] !== 'error' && logrus[1] !== 'fatal') return [];
  return [(logrus[2] ?? logrus[3] ?? '').replace(/\\"/g, '"').replace(/\\\\/g, '\\')];
}
