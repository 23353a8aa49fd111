import { formatDuration } from '../core/units.ts';
import { visibleLine } from '../core/visible-text.ts';
import type { CommandContext } from './command.ts';

export interface Progress {
  /** Says what is being done now. */
  update(text: string): void;
  /** Takes the line away. Idempotent. */
  stop(): void;
}

const FIRST_AFTER_MS = 1000;

/**
 * Says on stderr what takes longer than a second: on a terminal one line that is rewritten, elsewhere one line per text.
 */
export function startProgress(first: string, { stderr }: Pick<CommandContext, 'stderr'>): Progress {
  const startedAt = performance.now();
  let text = first;
  let told = '';
  const tell = (): void => {
    const elapsed = formatDuration(performance.now() - startedAt);
    const line = `${visibleLine(text)} (${elapsed})`.slice(0, stderr.columns - 1);
    if (stderr.isTerminal) stderr.stream.write(`\r\u001B[K${line}`);
    else if (told !== text) stderr.write(`${text} ...\n`);
    told = text;
  };
  let timer: NodeJS.Timeout | undefined = setTimeout(() => {
    tell();
    timer = setInterval(tell, FIRST_AFTER_MS).unref();
  }, FIRST_AFTER_MS).unref();
  return {
    update(next) {
      text = next;
      if (told !== '' && !stderr.isTerminal) tell();
    },
    stop() {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      if (told !== '' && stderr.isTerminal) stderr.stream.write('\r\u001B[K');
    },
  };
}
