import { watch } from 'node:fs';

const pollMs = 500;

/** Yields at once, whenever the directory changes, and twice a second; ends when the signal says so. */
export async function* directoryChanges(dir: string, signal: AbortSignal | undefined): AsyncGenerator<void> {
  let wake: (() => void) | undefined;
  let changed = true;
  const onChange = (): void => {
    changed = true;
    wake?.();
  };
  const watcher = watch(dir, onChange);
  watcher.on('error', onChange);
  const timer = setInterval(onChange, pollMs);
  signal?.addEventListener('abort', onChange, { once: true });
  try {
    for (;;) {
      if (signal?.aborted === true) return;
      if (changed) {
        changed = false;
        yield;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    watcher.close();
    clearInterval(timer);
    signal?.removeEventListener('abort', onChange);
  }
}
