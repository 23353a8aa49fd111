import type { Writable } from 'node:stream';

/** Writes, and waits while the reader is slower than what is written: a container's output may be of any size. */
export async function writeThrough(stream: Writable, chunk: Uint8Array): Promise<void> {
  if (stream.destroyed || stream.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      // A reader that has gone is dealt with where the stream was opened.
      for (const event of EVENTS) stream.removeListener(event, done);
      resolve();
    };
    for (const event of EVENTS) stream.on(event, done);
  });
}

const EVENTS = ['drain', 'close', 'error'] as const;
