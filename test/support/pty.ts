import { type IPty, spawn } from '@lydell/node-pty';

/** A program on a terminal of its own, as a person would have it. */
export interface PtyProgram {
  readonly pty: IPty;
  /** Everything that it has shown so far. */
  screen(): string;
  /** Resolves when the screen has the text; the test's own time-out ends the wait. */
  shows(text: string | RegExp): Promise<void>;
  readonly exit: Promise<number>;
}

export function startOnTerminal(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  size: { readonly cols: number; readonly rows: number } = { cols: 100, rows: 30 },
): PtyProgram {
  const pty = spawn(program, [...args], { name: env['TERM'] ?? 'xterm', ...size, env: { ...env } });
  let shown = '';
  const waiting = new Set<() => void>();
  pty.onData((data) => {
    shown += data;
    for (const look of waiting) look();
  });
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => resolve(exitCode));
  });
  return {
    pty,
    screen: () => shown,
    shows: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (typeof text === 'string' ? !shown.includes(text) : !text.test(shown)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    exit,
  };
}
