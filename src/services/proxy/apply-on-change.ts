/** Something that is to be carried out again after changes, many of which may come at once. */
export interface Applied {
  /** Soon, once for all calls until then. */
  changed(): void;
  /** Resolves when what was known at the call is carried out, or has failed. */
  settled(): Promise<void>;
  /** Nothing is carried out any more once this has resolved. */
  close(): Promise<void>;
}

export interface ApplyOptions {
  /** What is wanted now. The same as before is not carried out again. */
  readonly build: () => string;
  readonly apply: (text: string) => Promise<void>;
  readonly onProblem: (error: unknown) => void;
  /** What is carried out already. */
  readonly applied?: string;
  readonly retryMs?: number;
}

/** Runs `apply` on what `build` gives, one at a time, and again after a failure. */
export function applyOnChange(options: ApplyOptions): Applied {
  const { build, apply, onProblem, retryMs = 1000 } = options;
  let done = options.applied;
  let isDirty = false;
  let isClosed = false;
  let running: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;

  const work = async (): Promise<void> => {
    // Changes that come together are told one after the other, without a turn of the event loop in between.
    await new Promise(setImmediate);
    // oxlint-disable-next-line no-unmodified-loop-condition -- `close` sets it meanwhile
    while (isDirty && !isClosed) {
      isDirty = false;
      try {
        const text = build();
        if (text === done) continue;
        await apply(text);
        done = text;
      } catch (error) {
        onProblem(error);
        retry ??= setTimeout(() => {
          retry = undefined;
          changed();
        }, retryMs).unref();
      }
    }
    running = undefined;
  };
  const changed = (): void => {
    if (isClosed) return;
    isDirty = true;
    running ??= work();
  };
  return {
    changed,
    settled: async () => {
      await running;
    },
    close: async () => {
      isClosed = true;
      clearTimeout(retry);
      await running;
    },
  };
}
