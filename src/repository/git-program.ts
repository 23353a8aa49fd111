import { execFile } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { messageOf, PodproofError, systemCodeOf } from '../core/errors.ts';
import {
  configFileOf,
  configureView,
  findGitDirectory,
  type GitDirectory,
  makeView,
  objectDirectory,
  removeView,
  type TrustedSettings,
} from './git-directory.ts';

export interface GitOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** Git on one repository, until it is closed. Nothing that the repository brings is executed. */
export interface Git {
  readonly directory: GitDirectory;
  /** Runs a command; its output, or what went wrong when it says so by its exit code. */
  run(args: readonly string[], input?: string): Promise<GitResult>;
  /** The output; throws `invalid` with what git said when it failed. */
  read(args: readonly string[], input?: string): Promise<Buffer>;
  close(): void;
}

export type GitResult =
  | { readonly ok: true; readonly output: Buffer }
  | { readonly ok: false; readonly exitCode: number; readonly message: string };

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 128 * 1024 * 1024;

/** Opens the repository that a directory is in. Throws `not-found` without one, `unsupported` without git. */
export async function openGit(directory: string, options: GitOptions): Promise<Git> {
  const found = findGitDirectory(directory);
  const view = makeView(found);
  try {
    configureView(view, {});
    const run = (args: readonly string[], input?: string): Promise<GitResult> =>
      runGit(args, input, environmentOf(found, view, options.env), options.signal);
    configureView(view, await trustedSettings(configFileOf(found), run));
    return {
      directory: found,
      run,
      read: async (args, input) => {
        const result = await run(args, input);
        if (result.ok) return result.output;
        const command = `git ${args.slice(0, 1).join(' ')}`;
        throw new PodproofError('invalid', `${command} failed in "${found.root}": ${result.message}`);
      },
      close: () => {
        removeView(view);
      },
    };
  } catch (error) {
    removeView(view);
    throw error;
  }
}

/** How files lie on the disk, and how objects are named. All others can be left out or could name programs. */
const TRUSTED =
  '^(core\\.(filemode|symlinks|ignorecase|precomposeunicode|autocrlf|eol|trustctime|checkstat)|extensions\\.(objectformat|refstorage))$';

async function trustedSettings(
  file: string,
  run: (args: readonly string[]) => Promise<GitResult>,
): Promise<TrustedSettings> {
  const result = await run(['config', '--file', file, '--no-includes', '-z', '--get-regexp', TRUSTED]);
  if (!result.ok) return {};
  const settings: Record<string, string> = {};
  for (const entry of result.output.toString('utf8').split('\0')) {
    const [key = '', value = 'true'] = entry.split('\n');
    if (/^[a-z]+\.[a-z]+$/.test(key) && /^[A-Za-z0-9]+$/.test(value)) settings[key] = value;
  }
  return settings;
}

/**
 * Of the user's environment only where programs are found; what steers git (`GIT_*`, set by hooks) is made here. No system
 * or user configuration, no pager, no prompt, no transport.
 */
function environmentOf(
  directory: GitDirectory,
  view: string,
  env: GitOptions['env'],
): Record<string, string> {
  // A relative entry would find programs in the repository.
  const path = (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':').filter(isAbsolute).join(':');
  return {
    PATH: path,
    HOME: view,
    XDG_CONFIG_HOME: view,
    LC_ALL: 'C',
    GIT_DIR: view,
    GIT_WORK_TREE: directory.root,
    GIT_INDEX_FILE: join(view, 'index'),
    GIT_OBJECT_DIRECTORY: objectDirectory(directory),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
  };
}

function runGit(
  args: readonly string[],
  input: string | undefined,
  env: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      {
        env,
        cwd: env['GIT_WORK_TREE'],
        encoding: 'buffer',
        maxBuffer: MAX_OUTPUT_BYTES,
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        ...(signal !== undefined && { signal }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ ok: true, output: stdout });
        else if (typeof error.code === 'number') {
          resolve({ ok: false, exitCode: error.code, message: firstLines(stderr.toString('utf8')) });
        } else reject(startError(error, args));
      },
    );
    // A command that ends before it has read everything says by its exit code why.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function firstLines(text: string): string {
  return text
    .trim()
    .split('\n')
    .slice(0, 3)
    .map((line) => line.replace(/^fatal: /, ''))
    .join('; ')
    .slice(0, 500);
}

function startError(error: Error, args: readonly string[]): PodproofError {
  const attempted = `cannot run "git ${args.slice(0, 1).join(' ')}"`;
  if (systemCodeOf(error) === 'ENOENT') {
    return new PodproofError('unsupported', `${attempted}: git is not installed`, {
      advice: 'install git, or leave --changed out',
      cause: error,
    });
  }
  if (error.name === 'AbortError') return new PodproofError('interrupted', `${attempted}: interrupted`);
  if (systemCodeOf(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new PodproofError('invalid', `${attempted}: it prints more than ${MAX_OUTPUT_BYTES} bytes`);
  }
  const wasKilled = 'killed' in error && error.killed === true;
  const reason = wasKilled ? `it did not end within ${TIMEOUT_MS / 1000} s` : messageOf(error);
  return new PodproofError('unavailable', `${attempted}: ${reason}`, { cause: error });
}
