/** As upstream: about once a minute. */
const INTERVAL_MS = 60_000;

/** Reminds watches of how far they are, so that they can go on from there after a long quiet time. */
export interface Bookmarks {
  add(remind: () => void): () => void;
  close(): void;
}

/** One timer for all watches, and none while nothing is watched. */
export function createBookmarks(intervalMs: number = INTERVAL_MS): Bookmarks {
  const watches = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    add: (remind) => {
      watches.add(remind);
      timer ??= setInterval(() => {
        for (const watch of watches) watch();
      }, intervalMs).unref();
      return () => {
        watches.delete(remind);
        if (watches.size === 0) close();
      };
    },
    close,
  };
}
