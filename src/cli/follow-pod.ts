import type { Readable } from 'node:stream';
import type { RunningPod } from '../node/running-pod.ts';
import type { AttachedStreams, Engine, RuntimeContainer } from '../runtime/engine.ts';
import { type OutputLine, outputLines } from './output-lines.ts';

/** Where a line came from. */
export interface LineOrigin {
  readonly pod: string;
  readonly container: string;
  readonly stream: 'stdout' | 'stderr';
}

/** The next line of the same stream is read when it resolves. */
export type Print = (from: LineOrigin, line: OutputLine) => Promise<void>;

export interface Follow {
  /** Resolves when everything that was written is printed. The pod must be over. */
  done(): Promise<void>;
}

/**
 * Prints what the containers of a pod write, run after run: attached before a container's process is let go, so that
 * nothing is missed, and not read from its log, of which only the newest part is kept. A container that writes faster
 * than its output is read waits.
 */
export function followPod(pod: RunningPod, engine: Engine, print: Print): Follow {
  const followed = new Set<string>();
  const readers: Promise<unknown>[] = [];
  const look = (): void => {
    for (const { name, runtimeContainer } of pod.containers()) {
      if (runtimeContainer === undefined || followed.has(runtimeContainer.id)) continue;
      followed.add(runtimeContainer.id);
      const from = { pod: pod.pod.metadata.name ?? '', container: name };
      const reader = printOutput(engine, runtimeContainer, (stream, line) =>
        print({ ...from, stream }, line),
      );
      // Who waits at the end is told of its failure; until then it must not end the process, which has pods to remove.
      reader.catch(() => undefined);
      readers.push(reader);
    }
  };
  const unsubscribe = pod.subscribe(look);
  look();
  return {
    done: async () => {
      unsubscribe();
      await Promise.all(readers);
    },
  };
}

async function printOutput(
  engine: Engine,
  container: RuntimeContainer,
  print: (stream: LineOrigin['stream'], line: OutputLine) => Promise<void>,
): Promise<void> {
  const streams = await engine.attach(container);
  const printLines = async (name: LineOrigin['stream'], chunks: Readable): Promise<void> => {
    for await (const line of outputLines(chunks)) await print(name, line);
  };
  await untilBothEnd(streams, printLines);
}

/** Closes the streams when one of the two cannot be passed on: the container would wait for its reader forever. */
export async function untilBothEnd(
  streams: AttachedStreams,
  passOn: (name: LineOrigin['stream'], chunks: Readable) => Promise<void>,
): Promise<void> {
  try {
    await Promise.all([passOn('stdout', streams.stdout), passOn('stderr', streams.stderr)]);
  } finally {
    streams.close();
  }
}
