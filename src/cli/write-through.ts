import type { Writable } from 'node:stream';

/** Those that failed, and whom to tell of a stream. Node.js revives its standard streams after an error. */
const failed = new WeakSet<Writable>();
const waiting = new WeakMap<Writable, Set<() => void>>();

/** Writes, and waits while the reader is slower than what is written: a container's output may be of any size. */
export async function writeThrough(stream: Writable, chunk: Uint8Array): Promise<void> {
  const waiters = waitersOf(stream);
  if (failed.has(stream) || stream.destroyed || stream.write(chunk)) return;
  await new Promise<void>((resolve) => {
    waiters.add(resolve);
  });
}

/** A reader that has gone is dealt with where the stream was opened; who writes goes on, and is not heard any more. */
function waitersOf(stream: Writable): Set<() => void> {
  const known = waiting.get(stream);
  if (known !== undefined) return known;
  const waiters = new Set<() => void>();
  const wake = (): void => {
    for (const resolve of waiters) resolve();
    waiters.clear();
  };
  const fail = (): void => {
    failed.add(stream);
    wake();
  };
  stream.on('drain', wake).on('error', fail).on('close', fail);
  waiting.set(stream, waiters);
  return waiters;
}
