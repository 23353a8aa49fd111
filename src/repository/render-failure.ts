import { formatBytes } from '../core/units.ts';
import { visibleLine } from '../core/visible-text.ts';
import type { ProgramResult } from './bounded-program.ts';

/** Why a program did not render, in a few lines. */
export interface RenderFailure {
  readonly reason: string;
  /** All that it said, for who knows its errors. */
  readonly said: string;
}

interface Limits {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

const MAX_LINES = 3;
const MAX_COLUMNS = 400;

/** The reason of a run that did not end well. */
export function failureOf(result: ProgramResult, { timeoutMs, maxOutputBytes }: Limits): RenderFailure {
  switch (result.ended) {
    case 'exit':
      return { reason: firstLines(result.stderr) || `it exited with ${result.code}`, said: result.stderr };
    case 'signal':
      return { reason: `it was ended by ${result.signal}`, said: result.stderr };
    case 'timeout':
      return { reason: `it took longer than ${timeoutMs / 1000} s`, said: '' };
    case 'flood':
      return { reason: `it wrote more than ${formatBytes(maxOutputBytes)}`, said: '' };
    case 'aborted':
      return { reason: 'the check was ended', said: '' };
    case 'never-started':
      return { reason: `it could not be started: ${result.reason}`, said: '' };
  }
}

/** kubectl's log lines hold the message in quotes. */
const LOGGED = /^E\d{4} [^\]]*\] "command failed" err="((?:[^"\\]|\\.)*)"/;

/** Programs warn before they fail, and log beside it. */
function firstLines(stderr: string): string {
  const lines = stderr
    .split('\n', 200)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const start = lines.findIndex((line) => /^error:/i.test(line) || LOGGED.test(line));
  const told = lines.slice(Math.max(start, 0)).slice(0, MAX_LINES);
  const text = visibleLine(told.map(withoutFrame).join(' '));
  return text.length > MAX_COLUMNS ? `${text.slice(0, MAX_COLUMNS)}...` : text;
}

function withoutFrame(line: string): string {
  return (LOGGED.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line).replace(/^error: /i, '');
}
