import { copyFileSync, fstatSync, ftruncateSync, statSync } from 'node:fs';
import type { CommandContext, Terminal } from '../command.ts';

/** What one log may grow to; the one before is kept beside it, as `node.log.1`. */
const maxLogBytes = 4 * 1024 * 1024;

/** The descriptor of what the node prints. */
const stdoutFd = 1;

/** The node's own messages carry the time, whichever part says them, and its log does not grow without end. */
export function withNodeLog(context: CommandContext, logPath: string): CommandContext {
  const { env, program, root, onSignals } = context;
  const isLog = isFile(stdoutFd, logPath);
  const timed = (terminal: Terminal): Terminal => ({
    ...terminal,
    write: (text) => {
      if (isLog) limitLog(logPath);
      terminal.write(`${new Date().toISOString()} ${text}`);
    },
  });
  return {
    // Read when they are asked for: to read `signal` takes over from the signals' default action.
    get stdin() {
      return context.stdin;
    },
    get signal() {
      return context.signal;
    },
    stdout: timed(context.stdout),
    stderr: timed(context.stderr),
    env,
    program,
    root,
    onSignals,
  };
}

/** The lines of a log that are no node's messages: the error with which a start has ended. */
export function withoutMessages(log: string): string {
  return log.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z .*\n/gm, '');
}

/** In the foreground of a service manager the log may be somebody else's file, or none. */
function isFile(fd: number, path: string): boolean {
  try {
    const [ours, named] = [fstatSync(fd), statSync(path)];
    return ours.dev === named.dev && ours.ino === named.ino;
  } catch {
    return false;
  }
}

/** It is open for appending, by this process and whoever it has started: it stays the same file. */
function limitLog(path: string): void {
  if (fstatSync(stdoutFd).size < maxLogBytes) return;
  try {
    copyFileSync(path, `${path}.1`);
  } catch {
    // On a full disk the earlier messages are what can be done without.
  }
  ftruncateSync(stdoutFd, 0);
}
